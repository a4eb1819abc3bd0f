"""What a small report says, apart from its drawings and its folded tables."""

from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

from rich.console import Console

from quasimarket.reports import print_summary, render_report
from tests.lib.sample_run import sample_summary, sample_tables


APPROVED = Path(__file__).parent / "report"
LEFT_OUT = {"svg", "style", "details"}
LINES = {"p", "h1", "h2", "h3", "li", "tr", "caption", "figcaption", "title", "div"}


class Words(HTMLParser):
    """Collects the words of a page, a line for each paragraph, heading or row."""

    def __init__(self) -> None:
        super().__init__()
        self.left_out = 0
        self.lines: list[list[str]] = [[]]

    def handle_starttag(self, tag, attrs):
        self.left_out += tag in LEFT_OUT
        if tag in LINES:
            self.lines.append([])

    def handle_endtag(self, tag):
        self.left_out -= tag in LEFT_OUT
        if tag in LINES:
            self.lines.append([])

    def handle_data(self, data):
        if not self.left_out and data.strip():
            self.lines[-1].append(" ".join(data.split()))

    def text(self) -> str:
        return "".join(f"{' | '.join(line)}\n" for line in self.lines if line)


def test_small_report_reads_as_approved(approve: Callable[[str, Path], None]):
    summary = sample_summary(contracts=3)
    words = Words()

    words.feed(render_report(summary, sample_tables(summary)))

    approve(words.text(), APPROVED / "report.txt")


def test_terminal_summary_reads_as_approved(approve: Callable[[str, Path], None]):
    out = StringIO()
    console = Console(file=out, width=88, highlight=False)

    print_summary(sample_summary(contracts=3), folder=Path("run"), console=console)

    approve(out.getvalue(), APPROVED / "terminal.txt")
