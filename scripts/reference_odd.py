"""Write docs/reference/odd.md from the model's own docstrings and parameters.

Run `.venv/bin/python scripts/reference_odd.py`; with `--check` it only says, by its
exit status, whether the page is as the code has it.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from quasimarket.chance import Purpose
from quasimarket.evidence.behaviour import Parameter, load_behaviour
from quasimarket.evidence.claims import ClaimKind, load_claims
from quasimarket.evidence.targets import Use, load_targets


ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "odd.md"
SOURCE = ROOT / "src" / "quasimarket"
MODEL = ("market", "population", "simulation")
RULES = {
    "R1": "Bids and what they leave to spend",
    "R2": "Answers to what is asked",
    "R3": "Pressure, and what it does to practice",
    "R4": "Staff",
    "R5": "Hours inside a caseload",
    "R6": "Referrals down the chain",
    "R7": "Money, and who leaves",
    "R8": "Complaints",
    "R9": "Learning and trying",
}
CLAIM = re.compile(r"C(\d{3})(?:-C(\d{3}))?")
CLAIMS_LINE = re.compile(r"\n*^Claims: .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
ENTITIES = (
    ("Participants, as referred", "population/participants.py", "Population"),
    ("Participants, as the programme goes on", "simulation/state.py", "People"),
    ("What became of a participant", "population/fates.py", "Fates"),
    ("Positions in supply chains", "market/chain.py", "Chain"),
    ("Organisations that hold them", "market/organisations.py", "Organisations"),
    ("Primes' stances, by contract", "market/stance.py", "Stances"),
    ("What was negotiated, by position", "market/negotiation.py", "Negotiated"),
    ("What was conceded, by position", "market/concessions.py", "Concessions"),
    ("Trials under way, by position", "market/trials.py", "Trials"),
    ("Books, by position and month", "market/books.py", "MonthOfBooks"),
    ("Moves of staff", "market/staff.py", "Moves"),
)
INITIAL = (
    "population/arrivals.py",
    "population/participants.py",
    "market/chain.py",
    "market/organisations.py",
    "market/stance.py",
    "market/shopping.py",
    "market/negotiation.py",
    "market/concessions.py",
    "market/pass_down.py",
)
PURPOSE = """\
# The model, as ODD and ODD+D

This page is written by `scripts/reference_odd.py` from the docstrings and parameters of the model; change those.
It follows the ODD protocol (Grimm and others, 2020) with its extension for decisions (Müller and others, 2013).
C001 to C148 are claims of the studies, each with its test on [the page of claims](claims.md); F numbers are those of the stylised facts named as sources.

## 1. Purpose and patterns

To show what follows from the design of a programme that buys employment services from primes by results: who is helped, who is parked, who is pressed into one mould, who resists, who is squeezed out, and what it costs.
It explains and compares; it does not forecast one provider.
What lies after the thirteenth month is extrapolation: the studies saw months 9 to 13.
"""  # noqa: E501 - a sentence a line, as all pages have it
SCALES = """\
One step of people's lives is a week, from Monday to Sunday; providers and institutions decide once a month.
A national run has about two million participants, 18 areas of 12 localities each, 40 contracts and some 1,100 positions, from half a year before the first referral to the last payment.
Areas differ by intake and labour market; a locality is only a place in its area.
"""  # noqa: E501 - a sentence a line, as all pages have it
CONCEPTS = {
    "Basic principles": (
        "Payment by results as multitask agency; resource dependence with five "
        "strategic responses; coercive, normative and mimetic isomorphism as three "
        "pulls on practice. Sector is a label: no rule reads it.",
        ("market/effort.py", "market/negotiation.py", "market/practice_change.py"),
    ),
    "Emergence": (
        "Gaps in service and outcomes, flows down the chain, pressure's peaks, "
        "convergence, exits and costs come out of the rules. Imposed are prices, "
        "forecast and actual intake, the shape of chains, and the draws of attributes.",
        ("simulation/play.py",),
    ),
    "Adaptation": (
        "Providers adapt advisers, hours, call-offs and practice; primes adapt how "
        "hard they manage; the commissioner may move market shares.",
        ("market/staffing.py", "market/effort.py", "market/management.py"),
    ),
    "Objectives": (
        "Hours follow expected payment. A response weighs dependence, conflict and "
        "power. Mission anchors practice; it does not enter the sharing of hours "
        "unless `effort.mission` is set.",
        ("market/effort.py", "market/negotiation.py"),
    ),
    "Learning": (
        "All service gains with time; providers learn from trials of their own, and "
        "from peers whose results can be seen.",
        ("market/learning.py", "market/trials.py", "market/practice_change.py"),
    ),
    "Prediction": (
        "Providers believe the department's forecast first and published results "
        "later; bidders believe in more than is sober.",
        ("market/effort.py", "market/bids.py"),
    ),
    "Sensing": (
        "Providers see a noisy score in three bands, their own books and, where "
        "nothing is gagged, peers' results. Nobody sees what practice truly does.",
        ("population/participants.py", "market/practice_effect.py"),
    ),
    "Interaction": (
        "Through money, referrals, demands, and staff who change employers. "
        "Participants do not meet, and do not compete for jobs.",
        ("market/flow.py", "market/demands.py", "market/staff.py"),
    ),
    "Stochasticity": (
        "Every draw is a function of seed, purpose, person and spell, so that two "
        "designs share their luck.",
        ("chance/draw.py",),
    ),
    "Collectives": (
        "Contracts and their chains, fixed by the tender or the list; an organisation "
        "may hold several positions and serve several primes.",
        ("market/chain.py", "market/tender.py"),
    ),
    "Observation": (
        "Events, books and counts, as a commissioner or a study could have them. The "
        "hidden truth is kept in one table, for tests of measures alone.",
        ("market/event_book.py", "market/contacts.py"),
    ),
}
DECISIONS = {
    "Who decides": "the commissioner, primes, the boards of providers, their staff; "
    "participants decide nothing",
    "What is decided": "bids; which prime and which part of a chain; answers to "
    "clauses and directives; advisers, hours and call-offs; management, requests and "
    "notices; trials; other income; complaints; leaving",
    "How": "bids, hours and advisers by expected money; answers by utility with luck "
    "(five responses); practice by shares of a distance; leaving and complaining by "
    "chances that follow money, idleness and grievance",
    "Levels": "an organisation's board decides, its staff carry norms: the two are "
    "kept apart and pull on one another",
    "Sensing": "with error and delay; all that a decision reads was known at the end "
    "of the month before",
    "Prediction": "a belief about outcome rates, one for all providers, moved by "
    "published results",
    "Social norms": "staff's norms, between holistic and commercial, which those who "
    "leave carry to the next employer",
    "Uncertainty in decisions": "luck in each answer; no provider weighs risk",
    "Heterogeneity": "size, reserves, credit, outside income, brand, mission, "
    "experience, staffing rule and practice by organisation; template, strictness, "
    "tolerance and manner by contract",
    "Evidence": "five studies of the Work Programme give directions; sizes are mostly "
    "assumed, and section 7 says which fact would tell each",
    "Space and time": "patches of an area decide who is sent where; trials last half "
    "a year, belief and standing have memory",
}


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; 1 if it is stale."""
    text = "\n".join(line.rstrip() for line in page()).rstrip() + "\n"
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("odd.md is stale: run scripts/reference_odd.py")
    return 1


def page() -> Iterator[str]:
    """Give the page's lines, element by element."""
    yield PURPOSE
    yield from patterns()
    yield from ("", "## 2. Entities, state variables and scales", "", SCALES)
    for title, module, kind in ENTITIES:
        yield from entity(title, module, kind)
    yield from ("## 3. Process overview and scheduling", "")
    yield from process()
    yield from ("", "## 4. Design concepts", "")
    for concept, (text, modules) in CONCEPTS.items():
        yield f"**{concept}.** {text} ({', '.join(f'`{one}`' for one in modules)})"
        yield ""
    purposes = ", ".join(one.name.lower().replace("_", " ") for one in Purpose)
    yield from (f"Purposes of draws: {purposes}.", "")
    yield from ("### Decisions (ODD+D)", "", "| question | answer |", "|---|---|")
    yield from (f"| {question} | {text} |" for question, text in DECISIONS.items())
    yield from ("", "## 5. Initialisation", "")
    for module in INITIAL:
        yield from (f"**`{module}`.** {prose(module)}", "")
    yield from ("## 6. Input data", "")
    yield from input_data()
    yield from ("", "## 7. Submodels", "")
    yield from submodels()
    yield from ("## Parameters", "")
    yield from parameters()


def patterns() -> Iterator[str]:
    """Count the figures and claims that the model is held against."""
    targets, claims = load_targets(), load_claims()
    used = ", ".join(f"{sum(one.use is use for one in targets)} {use}" for use in Use)
    kinds = ", ".join(
        f"{sum(one.kind is kind for one in claims)} {kind}" for kind in ClaimKind
    )
    yield f"Figures it is set beside, by use ([targets](targets.md)): {used}."
    yield f"Claims of the studies, by kind ([claims](claims.md)): {kinds}."
    yield "The claims are tested on runs only; no module of the model reads them."


def entity(title: str, module: str, kind: str) -> Iterator[str]:
    """List an entity's state variables with their meanings."""
    (body,) = (
        node.body
        for node in tree(module).body
        if isinstance(node, ast.ClassDef) and node.name == kind
    )
    yield from (f"**{title}** (`{module}`, `{kind}`):", "")
    for field, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            meaning = said(below)
            yield f"- `{field.target.id}`" + (f": {meaning}" if meaning else "")
    yield ""


def process() -> Iterator[str]:
    """Tell a month in the order in which the code calls its steps."""
    yield from (prose("simulation/play.py"), "", prose("market/institutions.py"), "")
    known = methods("simulation/play.py", "Play")
    institutions = methods("market/institutions.py", "Institutions")
    number = 0
    for owner, name in calls(known["run"]):
        steps = institutions if owner == "institutions" else known
        step = steps.get(name)
        text = ast.get_docstring(step) if step else None
        if step is None or text is None:
            continue
        number += 1
        yield f"{number}. {line_of(text)} (`{name}`)"
        if name == "close":
            for _, inner in calls(step):
                within = institutions.get(inner)
                found = ast.get_docstring(within) if within else None
                if found:
                    yield f"    - {line_of(found)} (`{inner}`)"


def calls(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Give methods of self, or of self.institutions, in the order of first calls."""
    seen = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = ast.unparse(node.func.value)
            if holder in ("self", "self.institutions"):
                owner = holder.removeprefix("self").removeprefix(".")
                where = (node.end_lineno or 0, node.end_col_offset or 0)
                seen.append((where, (owner, node.func.attr)))
    yield from dict.fromkeys(call for _, call in sorted(seen))


def methods(module: str, kind: str) -> dict[str, ast.FunctionDef]:
    """Give a class's methods by name."""
    (found,) = (
        node
        for node in tree(module).body
        if isinstance(node, ast.ClassDef) and node.name == kind
    )
    return {one.name: one for one in found.body if isinstance(one, ast.FunctionDef)}


def input_data() -> Iterator[str]:
    """Say what is read, and how its values are known."""
    marks = [one.evidence for one in load_behaviour().parameters]
    counted = ", ".join(f"{marks.count(one)} {one}" for one in dict.fromkeys(marks))
    yield (
        "- the rulebook ([reference](rulebook.md)): prices, milestones, areas, "
        "contracts, intake as forecast and as it came, levels, conduct, levers;"
    )
    yield (
        f"- `evidence/data/behaviour.csv`: the {len(marks)} parameters below "
        f"({counted});"
    )
    yield "- `evidence/data/needs.csv`: shares of needs by payment group;"
    yield (
        "- `evidence/data/labour_market_points.csv` and `area_labour_market.csv`: "
        "unemployment by month and area, the one series that drives a run from outside."
    )


def submodels() -> Iterator[str]:
    """Describe rule by rule, module by module; then what serves all rules."""
    yield from ("| rule | | modules |", "|---|---|---|")
    for rule, title in RULES.items():
        found = ", ".join(f"`{one}`" for one in modules_of(rule))
        yield f"| {rule} | {title} | {found} |"
    yield ""
    told: set[str] = set()
    for rule, title in RULES.items():
        yield from (f"### {rule} {title}", "")
        claims: set[str] = set()
        for module in modules_of(rule):
            claims |= set(claims_in(module))
            if module in told:
                yield from (f"**`{module}`** is described above.", "")
                continue
            told.add(module)
            yield from described(module)
        says = {claim.id: claim.says for claim in load_claims()}
        yield from ("Claims that it carries:", "")
        yield from (f"- {claim}: {says[claim]}" for claim in sorted(claims))
        yield ""
    rest = [
        one
        for one in modules()
        if one not in told and one.split("/")[0] in ("market", "population")
    ]
    levers = [one for one in rest if re.match(r"Levers? L\d", docstring(one))]
    yield from ("### What serves several rules", "")
    for module in rest:
        if module not in levers:
            yield from described(module)
    yield from (
        "### Levers",
        "",
        "What a designer pulls ([all levers](levers.md)).",
        "",
    )
    for module in levers:
        yield from described(module)


def described(module: str) -> Iterator[str]:
    """Give a module's own words, its functions, its parameters and its constants."""
    yield from (f"**`{module}`.** {prose(module)}", "")
    functions = [
        (node.name, line_of(ast.get_docstring(node) or ""))
        for node in tree(module).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    yield from (f"- `{name}`: {text}" for name, text in functions)
    read = [one.key for one in load_behaviour().parameters if reads(module, one.key)]
    if read:
        yield "- Parameters: " + ", ".join(f"`{key}`" for key in read) + "."
    fixed = [f"`{name}` ({text})" for name, text in constants(module)]
    if fixed:
        yield "- Fixed: " + "; ".join(fixed) + "."
    yield ""


def parameters() -> Iterator[str]:
    """Give every parameter with its range, its evidence and what identifies it."""
    yield "Set one for a run with `--set behaviour.KEY=VALUE`, inside its range."
    yield ""
    yield "| parameter | value | range | what | evidence | identified by | read in |"
    yield "|---|---|---|---|---|---|---|"
    for one in load_behaviour().parameters:
        where = ", ".join(
            f"`{module}`" for module in modules() if reads(module, one.key)
        )
        known = one.evidence + (f": {one.source}" if one.source else "")
        cells = (
            f"`{one.key}`",
            f"{one.value:g} {one.unit}",
            f"{one.low:g} to {one.high:g}",
            meaning_of(one),
            known,
            one.identified_by,
            where,
        )
        yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def meaning_of(parameter: Parameter) -> str:
    """Give what a parameter is for, as its sheet says."""
    return parameter.reason.removesuffix(".")


@cache
def modules() -> tuple[str, ...]:
    """List the model's modules by path below the package."""
    return tuple(
        path.relative_to(SOURCE).as_posix()
        for part in MODEL
        for path in sorted((SOURCE / part).glob("*.py"))
        if path.name != "__init__.py"
    )


def modules_of(rule: str) -> list[str]:
    """List the modules whose docstring names a rule."""
    named = re.compile(rf"\b{rule}\b")
    return [
        one
        for one in modules()
        if one.startswith("market/") and named.search(docstring(one))
    ]


@cache
def tree(module: str) -> ast.Module:
    """Read a module."""
    return ast.parse((SOURCE / module).read_text(encoding="utf-8"))


def docstring(module: str) -> str:
    """Give a module's docstring."""
    return ast.get_docstring(tree(module)) or ""


def prose(module: str) -> str:
    """Give a module's docstring in one line a paragraph, its claims apart."""
    text = CLAIMS_LINE.sub("", docstring(module))
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def line_of(text: str) -> str:
    """Give a docstring's first paragraph on one line."""
    return " ".join(text.split("\n\n")[0].split())


def said(node: ast.stmt | None) -> str:
    """Give the text of a string that stands as a statement."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split()).removesuffix(".")
    return ""


def constants(module: str) -> Iterator[tuple[str, str]]:
    """Give a module's own numbers that say what they mean."""
    body = tree(module).body
    for node, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign) and said(below):
            yield ast.unparse(node.targets[0]).strip("()"), said(below)


def claims_in(module: str) -> list[str]:
    """List the claims that a module's strings name, ranges written out."""
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for first, last in CLAIM.findall(str(node.value.value)):
                span = range(int(first), int(last or first) + 1)
                found |= {f"C{number:03d}" for number in span}
    return sorted(found)


@cache
def keys_read(module: str) -> tuple[re.Pattern[str], ...]:
    """Give the parameters that a module looks up, as patterns of their keys."""
    found = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Subscript) and "behaviour" in ast.unparse(node.value):
            found += list(keys_named(node.slice))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "behaviour.get":
            found += list(keys_named(node.args[0]))
    return tuple(re.compile(pattern) for pattern in dict.fromkeys(found))


def keys_named(index: ast.expr) -> Iterator[str]:
    """Give the patterns of the keys that an expression may come to."""
    if isinstance(index, ast.IfExp):
        yield from (*keys_named(index.body), *keys_named(index.orelse))
    elif isinstance(index, ast.Constant):
        yield re.escape(str(index.value))
    elif isinstance(index, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[^.]+"
            for part in index.values
        )


def reads(module: str, key: str) -> bool:
    """Say whether a module looks up a parameter."""
    return any(pattern.fullmatch(key) for pattern in keys_read(module))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
