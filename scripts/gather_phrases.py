"""Gather what the service's pages say into the catalogue of messages for Welsh.

With `--check`, say whether it is stale. What was translated stays; a phrase that no
page says any more goes. Phrases stand in templates, in calls of gettext, and as plain
English in what a page is made of (a column's heading, an act's title), which
`pages/wording.py` words as it is shown.
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po


ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "src" / "quasimarket" / "service"
CATALOGUE = SERVICE / "locale" / "cy" / "LC_MESSAGES" / "django.po"
GETTEXT = {"_", "gettext", "gettext_lazy"}
BY_PLACE = {"start": 1, "place": 0, "refuse": 1} | dict.fromkeys(GETTEXT, 0)
"""Which argument, counted from nought, a call words."""
BY_NAME = {
    "Column": ("heading",),
    "Table": ("caption", "empty"),
    "list_page": ("title", "lead", "empty", "caption"),
    "thing_page": ("title", "caption", "note"),
    "show": ("title",),
    "Section": ("heading", "intro"),
    "Timeline": ("heading", "empty"),
    "Happening": ("what",),
    "Task": ("title", "hint"),
    "Line": ("key",),
    "Change": ("text", "hidden"),
    "SummaryList": ("card",),
    "of": ("card",),
    "Tab": ("label",),
    "Tabs": ("title",),
    "BarChart": ("title", "description", "category"),
    "LineChart": ("title", "description", "category"),
    "Series": ("name",),
    "refuse": ("remedy",),
    "Unmet": ("message", "remedy"),
}
"""Which named arguments a call words."""


def main(arguments: list[str]) -> int:
    """Write the catalogue, or say that it is stale."""
    text, compiled = renewed(CATALOGUE.read_text(encoding="utf-8"), gathered())
    machine = CATALOGUE.with_suffix(".mo")
    if "--check" not in arguments:
        CATALOGUE.write_text(text, encoding="utf-8")
        machine.write_bytes(compiled)
        return 0
    stale = (
        CATALOGUE.read_text(encoding="utf-8") != text
        or machine.read_bytes() != compiled
    )
    if stale:
        print(f"{CATALOGUE.relative_to(ROOT)} is stale: make docs-pages")
    return int(stale)


def gathered() -> list[str]:
    """Give every phrase once: templates first, then the rooms' code, then the acts."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "quasimarket.service.settings"
    os.environ.setdefault("QUASIMARKET_SECRET_KEY", "for gathering phrases only" * 2)
    django.setup()
    phrases: dict[str, None] = {}
    for path in sorted(SERVICE.rglob("*.html")):
        phrases.update(dict.fromkeys(of_template(path.read_text(encoding="utf-8"))))
    for path in sorted(SERVICE.rglob("*.py")):
        if "migrations" not in path.parts:
            phrases.update(dict.fromkeys(of_code(path.read_text(encoding="utf-8"))))
    phrases.update(dict.fromkeys(of_acts()))
    return [one for one in phrases if re.search("[A-Za-z]", one)]


def of_template(text: str) -> Iterator[str]:
    """Give the phrases that a template marks, as Django looks them up."""
    from django.template import engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode
    from django.utils.translation import trim_whitespace

    nodes = engines["django"].from_string(text).template.nodelist
    for node in nodes.get_nodes_by_type((TranslateNode, BlockTranslateNode)):
        if isinstance(node, BlockTranslateNode):
            phrase, _ = node.render_token_list(node.singular)
            yield trim_whitespace(phrase) if node.trimmed else phrase
        elif literal := getattr(node.filter_expression.var, "literal", None):
            yield str(literal).replace("%", "%%")


def of_code(text: str) -> Iterator[str]:
    """Give the phrases of a module: of gettext, and of what pages are made of."""
    tree = ast.parse(text)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        for value in worded_by(node):
            yield from texts_of(value, constants)


def worded_by(node: ast.AST) -> Iterator[ast.expr]:
    """Give the expressions of a node whose text is worded."""
    match node:
        case ast.Call():
            name = called(node.func)
            place = BY_PLACE.get(name)
            if place is not None:
                yield from node.args[place : place + 1]
            named = {one.arg: one.value for one in node.keywords}
            yield from (named[key] for key in BY_NAME.get(name, ()) if key in named)
            if name == "Task" and isinstance(state := named.get("state"), ast.Constant):
                yield ast.Constant(value=str(state.value).capitalize())
            if isinstance(parts := named.get("parts"), ast.Tuple):
                yield from parts.elts
            for facts in (named.get("facts"), *(node.args if name == "of" else ())):
                if isinstance(facts, ast.Dict):
                    yield from (key for key in facts.keys if key is not None)
        case (
            ast.Assign(targets=[ast.Name(id="facts")], value=ast.Dict(keys=keys))
            | ast.AnnAssign(target=ast.Name(id="facts"), value=ast.Dict(keys=keys))
            | ast.AugAssign(target=ast.Name(id="facts"), value=ast.Dict(keys=keys))
        ):
            yield from (key for key in keys if key is not None)
        case ast.Dict():
            link = {
                key.value: value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            if {"title", "href"} <= link.keys():
                yield link["title"]


def called(function: ast.expr) -> str:
    """Name what is called, without where it stands."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return called(value)
    return ""


def texts_of(value: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Give what an expression may say, as far as that stands in the module."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from texts_of(one, constants)
            yield from texts_of(other, constants)
        case ast.BoolOp(values=several):
            for one in several:
                yield from texts_of(one, constants)
        case ast.Name(id=name) if name in constants:
            yield from texts_of(constants[name], {})


def of_acts() -> Iterator[str]:
    """Give what the acts ask and say, the states they lead to, and the menu."""
    from quasimarket.service.acting.act import ACTS
    from quasimarket.service.pages.navigation import LINKS
    from quasimarket.service.pages.questions import in_words, questions_of
    from quasimarket.service.pages.templatetags.pages import paragraphs

    for name in sorted(ACTS):
        about = ACTS[name]
        yield about.title
        yield from paragraphs(about.help)
        for question in questions_of(about.kind):
            yield from (question.title, question.hint)
            yield from (text for _, text in question.choices)
        if about.machine is not None:
            yield from (in_words(state) for state in about.machine.states)
            yield from (meaning for _, meaning in about.machine.meanings)
    yield from (link.text for link in LINKS)


def renewed(text: str, phrases: list[str]) -> tuple[str, bytes]:
    """Give the catalogue with these phrases and no others, and what gettext reads."""
    header, _, _ = text.partition("\n\n")
    catalogue = read_po(io.StringIO(text), locale="cy")
    found = Catalog(creation_date=catalogue.creation_date)
    for phrase in phrases:
        found.add(phrase)
    catalogue.update(found, no_fuzzy_matching=True, update_header_comment=False)
    written, compiled = io.BytesIO(), io.BytesIO()
    write_po(written, catalogue, width=88, omit_header=True, ignore_obsolete=True)
    write_mo(compiled, catalogue)
    return f"{header}\n\n{written.getvalue().decode()}", compiled.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
