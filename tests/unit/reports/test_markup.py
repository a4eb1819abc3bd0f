from quasimarket.reports.markup import Markup, disclosure, element, stacked, table


HOSTILE = "<script>alert(\"x\")</script> & 'more'"


def test_text_and_attributes_are_escaped():
    built = element("p", HOSTILE, title=HOSTILE)

    assert "<script" not in built
    assert built.count("&lt;script&gt;") == 2
    assert "&quot;x&quot;" in built


def test_markup_is_not_escaped_twice():
    assert element("p", element("b", "a & b")) == "<p><b>a &amp; b</b></p>"


def test_table_heads_its_rows_and_columns():
    built = table("Fees", ("For", "Amount"), [("A", "1"), ("B", "2")])

    assert built.count('scope="col"') == 2
    assert built.count('scope="row"') == 2
    assert "<caption>Fees</caption>" in built
    assert 'tabindex="0"' in built


def test_table_escapes_its_cells():
    assert "<script" not in table(HOSTILE, (HOSTILE,), [(HOSTILE,)])


def test_parts_are_markup():
    assert isinstance(disclosure("more", "text"), Markup)
    assert isinstance(stacked("one", "two"), Markup)
