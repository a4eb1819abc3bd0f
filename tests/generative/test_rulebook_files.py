"""Whatever is in its files, a folder loads or its faults are listed."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quasimarket.core.errors import InputFault
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.folder import find_folder
from tests.lib.rulebook_folders import copy_of


PLAIN = find_folder("teaching-pilot")
FILES = sorted(path.name for path in PLAIN.iterdir())
SCRAPS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *("null", "{}", "[]", ": ", "- ", "\t", "\n", '"', ",", "-1", "1e99", "0"),
            *("2024-02-30", "yes", "&a", "*a", "!!int", "---", "#", "\0", "\ufeff"),
            *("any", "9" * 400),
        ]
    ),
)


@st.composite
def damages(draw):
    """Draw places in files, how much is lost there, and what is put there."""
    file = draw(st.sampled_from(FILES))
    length = len((PLAIN / file).read_text(encoding="utf-8"))
    return (file, draw(st.integers(0, length)), draw(st.integers(0, 40)), draw(SCRAPS))


@given(st.lists(damages(), min_size=1, max_size=4))
def test_damaged_folder_loads_or_lists_its_faults(damaged):
    with tempfile.TemporaryDirectory() as place:
        folder = copy_of("teaching-pilot", Path(place))
        for file, start, lost, scrap in damaged:
            text = (folder / file).read_text(encoding="utf-8")
            text = text[:start] + scrap + text[start + lost :]
            (folder / file).write_text(text, encoding="utf-8", errors="replace")

        assert all(fault.where and fault.found for fault in faults_if_any(folder))


KEYS = [value.key for value in load_rulebook("teaching-pilot").stated]
PARTS = sorted({key.rsplit(".", n)[0] for key in KEYS for n in range(4)})


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(KEYS + PARTS), st.text(max_size=30)), SCRAPS
    )
)
def test_any_settings_load_or_list_their_faults(settings):
    faults = faults_if_any("teaching-pilot", settings)

    assert all(fault.where and fault.found for fault in faults)


def faults_if_any(folder, settings=None):
    try:
        load_rulebook(folder, settings)
    except InputFault as fault:
        return fault.faults
    return ()
