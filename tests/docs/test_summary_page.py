from scripts.write_summary_page import main


def test_summary_page_and_schema_are_as_the_records_have_them():
    assert main(["--check"]) == 0
