"""A rulebook written to a folder loads as an equal rulebook."""

from dataclasses import replace

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.rulebook import (
    content_hash,
    load_rulebook,
    save_rulebook,
    shipped_programmes,
)


@pytest.mark.parametrize("name", shipped_programmes())
def test_shipped_programme_saved_and_loaded_is_equal(name, tmp_path):
    rulebook = load_rulebook(name)

    save_rulebook(rulebook, tmp_path / "saved")

    assert load_rulebook(tmp_path / "saved") == rulebook


def test_values_that_were_never_stated_are_written_as_assumed(tmp_path):
    rulebook = replace(load_rulebook("teaching-pilot"), stated=())

    save_rulebook(rulebook, tmp_path / "saved")
    loaded = load_rulebook(tmp_path / "saved")

    assert replace(loaded, stated=()) == rulebook
    assert {value.evidence for value in loaded.stated} == {"assumed"}


def test_folder_that_exists_is_not_written_over(tmp_path):
    with pytest.raises(InputFault, match="something there already"):
        save_rulebook(load_rulebook("teaching-pilot"), tmp_path)


def test_nothing_is_left_behind_if_saving_fails(tmp_path):
    broken = replace(load_rulebook("teaching-pilot"), milestones=(object(),))

    with pytest.raises(AttributeError):
        save_rulebook(broken, tmp_path / "saved")

    assert list(tmp_path.iterdir()) == []


def test_hash_is_over_what_decides_results_and_nothing_else():
    rulebook = load_rulebook("teaching-pilot")
    dearer = replace(rulebook.rates[0], fee=rulebook.rates[0].fee + 1)
    better_known = replace(rulebook.rates[0], source="a page", reason="")

    same = replace(rulebook, name="Other", rates=(better_known, *rulebook.rates[1:]))
    other = replace(rulebook, rates=(dearer, *rulebook.rates[1:]))

    assert content_hash(same) == rulebook.content_hash
    assert content_hash(other) != rulebook.content_hash
