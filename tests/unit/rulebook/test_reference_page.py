"""The reference page names every key and column that a rulebook can have."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.reading import type_hints
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.rulebook.tables import TABLES
from quasimarket.rulebook.text_values import item_of, text_form, without_none


DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "reference" / "rulebook.md").read_text(encoding="utf-8")
FROM_TABLES = {"stated", "content_hash", "rates", *(shape.name for shape in TABLES)}


def keys_of(kind, left_out=frozenset({"id"})):
    for one in fields(kind):
        if one.name in left_out:
            continue
        yield one.name
        hint, _ = without_none(type_hints(kind)[one.name])
        inner = item_of(hint) or hint
        if is_dataclass(inner) and text_form(inner) is None:
            yield from keys_of(inner, {"id", "levels"})


@pytest.mark.parametrize("key", sorted(set(keys_of(Rulebook, FROM_TABLES))))
def test_page_names_the_key(key):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("shape", TABLES, ids=lambda shape: shape.name)
def test_page_names_the_table_with_its_columns_and_key(shape):
    (line,) = [
        line for line in PAGE.splitlines() if line.startswith(f"| `{shape.file}`")
    ]

    for column in shape.columns:
        assert re.search(rf"\b{column}\b", line), column
    assert re.findall(r"\*\*(\w+)\*\*", line) == list(shape.key)


def test_example_of_the_how_to_page_is_sound(tmp_path):
    page = (DOCS / "how-to" / "change-a-rulebook.md").read_text(encoding="utf-8")
    (yaml_block,) = re.findall(r"```yaml[^\n]*\n(.*?)```", page, re.DOTALL)
    (csv_block,) = re.findall(r"```csv[^\n]*\n(.*?)```", page, re.DOTALL)
    (tmp_path / "programme.yaml").write_text(yaml_block)
    (tmp_path / "rate_card.csv").write_text(csv_block)

    rulebook = load_rulebook(tmp_path)

    late = rulebook.second_year_first_day.replace(year=2016)
    assert rulebook.unit_price("attachment", "1", "1", late) == 40_000
    assert rulebook.unit_price("attachment", "1", "2", late) == 0
