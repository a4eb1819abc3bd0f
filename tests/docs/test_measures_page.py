"""The page of measures is as the catalogue has it."""

from scripts.write_measures_page import main


def test_measures_page_is_as_the_catalogue_has_it():
    assert main(["--check"]) == 0
