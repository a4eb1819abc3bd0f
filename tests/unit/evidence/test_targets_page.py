"""The page of targets is as the sheets have it."""

from scripts.write_targets_page import main


def test_the_page_of_targets_is_up_to_date():
    assert main(["--check"]) == 0, "run scripts/write_targets_page.py"
