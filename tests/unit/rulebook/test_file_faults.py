"""Files that cannot be read as what they should be."""

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.yaml_source import parse_yaml
from tests.lib.rulebook_folders import change, copy_of, faults_of, only_fault


@pytest.mark.parametrize("file", ["programme.yaml", "rate_card.csv"])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b" \n\n", "an empty file"),
        (b"a,b\nid: x\0\n", "a NUL byte"),
        (b"id: caf\xe9\n", "byte 0xe9, which is not UTF-8"),
    ],
)
def test_file_that_is_no_text_is_one_fault(tmp_path, file, content, found):
    folder = copy_of("teaching-pilot", tmp_path)
    (folder / file).write_bytes(content)

    fault = only_fault(folder)

    assert fault.where.startswith(f"edited/{file}")
    assert fault.found == found


def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))

    assert load_rulebook(folder) == load_rulebook("teaching-pilot")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x [1]\nb: *x\n", "an anchor or alias"),
        ("a: !!python/object:os.system x\n", "the tag"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("a: [1\nb: 2\n", "not YAML"),
        ("a:\n\t- 1\n", "not YAML"),
        ("- 1\n- 2\n", "something that is not a list of keys"),
        ("a: 1\na: 2\n", "the key a a second time"),
        ("# nothing\n", "no keys"),
        ("[" * 5_000, "more levels"),
        ("? [a, b]\n: 1\n", "a key that is a list"),
    ],
)
def test_yaml_that_is_refused(text, found):
    _, faults = parse_yaml(text, "programme.yaml")

    assert len(faults) == 1
    assert found in faults[0].found
    assert faults[0].where.startswith("programme.yaml:")


def test_yaml_bomb_is_refused_before_it_grows():
    levels = "".join(
        f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )

    _, faults = parse_yaml(f"l0: &l0 [x]\n{levels}", "programme.yaml")

    assert [fault.found for fault in faults] == ["an anchor or alias (& or *)"]


def test_bad_yaml_hides_no_fault_of_a_table(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "programme.yaml", "id: teaching-pilot", "id: [teaching-pilot")
    change(folder, "primes.csv", ",third", ",charity")

    found = [fault.found for fault in faults_of(folder)]

    assert "'charity'" in found
    assert any("not YAML" in text for text in found)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("town,Newtown", 'town,"Newtown', "not CSV"),
        ("id,name,geography", "id,name,name", "the column name more than once"),
        ("town,Newtown", "town,New,town", "5 cells"),
    ],
)
def test_csv_that_is_refused(tmp_path, old, new, found):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "areas.csv", old, new)

    fault = only_fault(folder)

    assert fault.where.startswith("edited/areas.csv:")
    assert found in fault.found


def test_row_that_comes_twice_is_a_fault_that_names_the_first(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "clauses.csv", "T4,Fee", "T4,Fee,Twice.\nT4,Fee")

    fault = only_fault(folder)

    assert (fault.where, fault.found) == (
        "edited/clauses.csv:6",
        "clauses.T4 a second time",
    )
    assert fault.hint == "the first is at edited/clauses.csv:5"


def test_table_with_a_name_that_no_rulebook_has_is_a_fault(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    (folder / "holidays.csv").rename(folder / "holiday.csv")

    fault = only_fault(folder)

    assert fault.hint == "did you mean holidays?"


def test_table_that_is_missing_is_a_fault(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    (folder / "intake.csv").unlink()

    fault = faults_of(folder)[0]

    assert (fault.where, fault.found) == ("edited/intake.csv", "no such file")


def test_table_without_evidence_anywhere_is_one_fault(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    text = (folder / "programme.yaml").read_text()
    kept = [line for line in text.splitlines() if not line.startswith("  rate_card:")]
    (folder / "programme.yaml").write_text("\n".join(kept))

    assert only_fault(folder).found == "no column evidence"


def test_folder_without_programme_file_is_a_fault(tmp_path):
    assert only_fault(tmp_path).found == "no programme.yaml"


def test_name_that_is_no_programme_gives_a_hint():
    (fault,) = faults_of("work-programm")

    assert fault.hint == "did you mean work-programme?"


def test_programme_file_itself_can_be_named(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)

    assert load_rulebook(folder / "programme.yaml").id == "teaching-pilot"


def test_error_of_many_faults_lists_each_on_a_line(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "primes.csv", ",third", ",charity")
    change(folder, "contracts.csv", ",mixed", ",mixt")

    with pytest.raises(InputFault) as raised:
        load_rulebook(folder)

    assert len(str(raised.value).splitlines()) == 2
