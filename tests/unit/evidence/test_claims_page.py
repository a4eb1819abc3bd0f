"""The page of claims is as the register has it."""

from scripts.write_claims_page import main


def test_the_page_of_claims_is_up_to_date():
    assert main(["--check"]) == 0, "run scripts/write_claims_page.py"
