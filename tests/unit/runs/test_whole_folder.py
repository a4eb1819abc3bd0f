"""A folder that appears whole or not at all."""

import errno
from pathlib import Path

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.runs.whole_folder import whole_folder


def is_ours(folder: Path) -> bool:
    return (folder / "ours").exists()


def new_folder(out: Path):
    return whole_folder(out, "thing", is_ours)


def write_thing(out: Path, text: str) -> None:
    with new_folder(out) as folder:
        (folder / "ours").write_text(text)


def listed(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_folder_appears_when_it_is_whole(tmp_path):
    out = tmp_path / "new" / "thing"

    with new_folder(out) as folder:
        (folder / "ours").write_text("one")
        assert not out.exists()

    assert (out / "ours").read_text() == "one"
    assert listed(out.parent) == {"thing"}


def test_earlier_folder_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    write_thing(tmp_path / "thing", "one")
    (tmp_path / "thing" / "notes").write_text("of the first")

    write_thing(tmp_path / "thing", "two")

    assert (tmp_path / "thing" / "ours").read_text() == "two"
    assert listed(tmp_path / "thing") == {"ours"}
    assert listed(tmp_path) == {"thing"}


def test_failure_leaves_the_earlier_folder_and_nothing_else(tmp_path):
    write_thing(tmp_path / "thing", "one")

    with pytest.raises(TypeError), new_folder(tmp_path / "thing") as folder:
        (folder / "ours").write_text(None)

    assert (tmp_path / "thing" / "ours").read_text() == "one"
    assert listed(tmp_path) == {"thing"}


def test_second_writer_is_refused_and_the_first_goes_on(tmp_path):
    out = tmp_path / "thing"

    with new_folder(out) as folder:
        (folder / "ours").write_text("first")
        with (
            pytest.raises(InputFault, match="another thing being written there"),
            new_folder(out),
        ):
            pass

    assert (out / "ours").read_text() == "first"
    assert listed(tmp_path) == {"thing"}


def test_what_a_killed_writer_left_is_cleared_away(tmp_path):
    leftover = tmp_path / ".thing.unfinished"
    (leftover / "deep").mkdir(parents=True)
    (leftover / "half").write_text("half")

    write_thing(tmp_path / "thing", "whole")

    assert listed(tmp_path / "thing") == {"ours"}
    assert listed(tmp_path) == {"thing"}


def test_folder_that_a_killed_writer_had_moved_aside_is_put_back(tmp_path):
    write_thing(tmp_path / "thing", "one")
    (tmp_path / "thing").rename(tmp_path / ".thing.replaced")

    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "thing"):
        raise ZeroDivisionError

    assert (tmp_path / "thing" / "ours").read_text() == "one"
    assert listed(tmp_path) == {"thing"}


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "no space left on the disk"),
        (errno.EACCES, "no permission to write"),
        (errno.EROFS, "read only"),
    ],
)
def test_fault_of_the_place_is_told_as_one(tmp_path, number, told):
    with pytest.raises(InputFault, match=told), new_folder(tmp_path / "thing"):
        raise OSError(number, "as the system says it")

    assert listed(tmp_path) == set()


def test_fault_of_the_program_is_not_told_as_one_of_the_place(tmp_path):
    with pytest.raises(FileNotFoundError), new_folder(tmp_path / "thing"):
        (tmp_path / "nowhere").read_text()


def test_file_where_a_parent_folder_is_needed_is_a_fault(tmp_path):
    (tmp_path / "file").write_text("a letter")

    with pytest.raises(InputFault, match="a file where a folder is needed"):
        write_thing(tmp_path / "file" / "thing", "one")
