from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from quasimarket.reports import print_summary
from quasimarket.runs.summary import Summary
from tests.lib.sample_run import bare_summary, sample_summary, with_every_target


def printed(summary: Summary, folder: Path | None = None) -> str:
    out = StringIO()
    print_summary(
        summary, folder=folder, console=Console(file=out, width=110, highlight=False)
    )
    return out.getvalue()


def test_totals_official_figures_and_money_are_printed():
    text = printed(sample_summary(), Path("runs") / "one")

    assert "601,233" in text
    assert "forecast included" in text
    assert "Sustainments" in text
    assert "Report: runs/one/report.html" in text


def test_error_outside_the_aim_is_marked_without_colour():
    text = printed(sample_summary(contracts=1))

    (line,) = (one for one in text.splitlines() if "Job outcomes to May 2012" in one)
    assert "8.0% !" in line
    (line,) = (one for one in text.splitlines() if "Job outcomes to March 2013" in one)
    assert "!" not in line


def test_many_official_figures_are_cut_to_the_furthest_off():
    text = printed(with_every_target(sample_summary(contracts=1)))

    assert "the 12 furthest off (the report has all)" in text
    assert text.count("outside") == 0
    assert "Contract 40" in text
    assert "Job outcomes to March 2013" not in text


def test_official_nought_is_said_in_words():
    summary = sample_summary(contracts=1)
    nought = replace(summary.fit[0], official=0.0, error=None, tolerance=None)

    near = printed(replace(summary, fit=(replace(nought, within=True),)))
    off = printed(replace(summary, fit=(replace(nought, within=False),)))

    assert "near enough" in near
    assert "off !" in off


def test_bare_run_prints_what_it_has():
    text = printed(bare_summary())

    assert "Simulated beside official figures" not in text
    assert "not measured" in text
    assert "Note: One person in a hundred" in text


def test_label_with_brackets_is_printed_as_it_is():
    summary = sample_summary(contracts=1)
    row = replace(summary.fit[0], label="[red]not a style[/red]")

    assert "[red]not a style[/red]" in printed(replace(summary, fit=(row,)))
