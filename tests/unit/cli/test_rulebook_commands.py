"""check, explain and diff at the command line."""

import json

import pytest

from quasimarket.cli.main import main
from tests.lib.rulebook_folders import change, copy_of


def test_check_of_a_sound_programme_says_so(capsys):
    assert main(["check", "teaching-pilot"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("teaching-pilot: no faults. 2 groups, 1 area,")


def test_check_of_a_faulty_folder_lists_the_faults_and_ends_with_two(tmp_path, capsys):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "market_shares.csv", ",40\n", ",39\n")
    change(folder, "primes.csv", ",third", ",charity")

    assert main(["check", str(folder)]) == 2

    said = capsys.readouterr()
    assert "2 faults" in said.err
    assert "edited/market_shares.csv:3" in said.err
    assert "edited/primes.csv:3" in said.err
    assert said.out == ""


def test_check_gives_faults_as_json(tmp_path, capsys):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "primes.csv", ",third", ",charity")

    assert main(["check", str(folder), "--json"]) == 2

    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["faults"] == [
        {
            "where": f"{folder}/primes.csv:3",
            "found": "'charity'",
            "expected": "one of private, third, public",
            "hint": "",
        }
    ]


def test_check_gives_a_summary_as_json(capsys):
    assert main(["check", "probation-pilot", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["referrals"], said["faults"]) == (True, 2280, [])


@pytest.mark.parametrize("setting", ["bridge_days", "=3"])
def test_setting_without_key_or_value_is_refused(setting, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["check", "teaching-pilot", "--set", setting])

    assert ended.value.code == 2
    assert "is not KEY=VALUE" in capsys.readouterr().err


def test_explain_says_the_programme_and_then_its_values(capsys):
    assert main(["explain", "teaching-pilot"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("Teaching pilot (teaching-pilot)\n===")
    assert said.index("What is paid") < said.index("\nValues\n")


def test_explain_can_give_the_values_alone(capsys):
    assert main(["explain", "teaching-pilot", "--values"]) == 0

    assert capsys.readouterr().out.startswith("Values\n")


def test_explain_can_give_one_clause(capsys):
    assert main(["explain", "teaching-pilot", "--clause", "T2"]) == 0

    assert "on the 91st day in a row" in capsys.readouterr().out


def test_explain_of_an_unknown_clause_is_a_fault(capsys):
    assert main(["explain", "work-programme", "--clause", "S86"]) == 2

    assert "unknown clause S86" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "key"),
    [([], "sections"), (["--values"], "values"), (["--clause", "T1"], "text")],
)
def test_explain_gives_json(asked, key, capsys):
    assert main(["explain", "teaching-pilot", "--json", *asked]) == 0

    assert key in json.loads(capsys.readouterr().out)


def test_diff_of_a_programme_with_a_setting_says_the_change(capsys):
    assert main(["diff", "teaching-pilot", "--set", "bridge_days=2"]) == 0

    said = capsys.readouterr().out
    assert "+ A gap of at most 2 days between two jobs counts as work." in said


def test_diff_of_two_programmes_as_json(capsys):
    assert main(["diff", "teaching-pilot", "probation-pilot", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["same_results"] is False
    assert any(change["key"] == "summary" for change in said["sentences"])


def test_diff_reports_the_faults_of_both(tmp_path, capsys):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "primes.csv", ",third", ",charity")

    assert main(["diff", "work-programm", str(folder)]) == 2

    said = capsys.readouterr().err
    assert "did you mean work-programme?" in said
    assert "'charity'" in said
