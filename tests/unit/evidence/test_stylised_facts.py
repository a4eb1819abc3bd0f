"""Stylised facts: what is shipped, and what a sheet may not say."""

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.evidence.stylised_facts import (
    FITTED,
    FactUse,
    load_facts,
    parse_facts,
)
from quasimarket.experiments.calibrate_measures import OWN, known_fact_measures


HEADER = (
    "id,fact,measure,less,unit,use,value,error,discrepancy,above,below,source,note\n"
)
SOUND = "F001,It is so,a.measure,,share,fit,0.3,0.1,0.1,,,A source,\n"


def found(rows):
    with pytest.raises(InputFault) as caught:
        parse_facts(HEADER + rows, "f.csv")
    return [f"{fault.where}: {fault.found}" for fault in caught.value.faults]


def test_every_measure_of_a_fact_is_there_and_every_own_measure_is_a_fact_s():
    named = {name for fact in load_facts() for name in fact.measures}

    assert named <= known_fact_measures()
    assert set(OWN) <= named


def test_shipped_facts_have_what_their_use_needs():
    facts = load_facts()

    fitted = [fact for fact in facts if fact.use in FITTED]
    checks = [fact for fact in facts if fact.use is FactUse.CHECK]

    assert len(fitted) >= 8
    assert len(checks) >= 8
    assert all(fact.value is not None and fact.error > 0 for fact in fitted)
    assert all(fact.above is not None or fact.below is not None for fact in checks)


def test_no_fact_is_both_fitted_and_a_check():
    sources = {
        use: {(fact.measures, fact.value) for fact in load_facts() if fact.use is use}
        for use in FactUse
    }

    assert not sources[FactUse.CHECK] & sources[FactUse.FIT]
    assert not sources[FactUse.CHECK] & sources[FactUse.SCALE]


def test_variance_has_error_and_discrepancy():
    (fact,) = parse_facts(HEADER + SOUND, "f.csv")

    assert fact.variance == pytest.approx(0.02)
    assert fact.wanted == "0.3 ± 0.14"


@pytest.mark.parametrize(
    ("above", "below", "shown", "is_met", "wanted"),
    [
        ("0", "", 0.1, True, "above 0"),
        ("0", "", 0.0, False, "above 0"),
        ("", "-1", -0.5, False, "below -1"),
        ("-1", "1", 0.5, True, "-1 to 1"),
    ],
)
def test_check_is_met_inside_its_bounds(above, below, shown, is_met, wanted):
    row = f"F002,It is so,a.measure,,share,check,,,,{above},{below},A source,\n"
    (fact,) = parse_facts(HEADER + row, "f.csv")

    assert fact.is_met(shown) is is_met
    assert fact.wanted == wanted


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (SOUND.replace("F001", "X1"), "f.csv:2, id: 'X1'"),
        (SOUND + SOUND, "f.csv:3, id: 'F001'"),
        (SOUND.replace("fit", "guess"), "f.csv:2, use: 'guess'"),
        (SOUND.replace("0.3,0.1", ",0.1"), "f.csv:2, value: nothing"),
        (SOUND.replace("0.3,0.1", "0.3,0"), "f.csv:2, error: 0"),
        (SOUND.replace("0.3,0.1", "inf,0.1"), "f.csv:2, value: 'inf'"),
        (SOUND.replace(",,,A", ",1,,A"), "f.csv:2, above: a bound"),
        (SOUND.replace("fit", "check"), "f.csv:2, above: nothing"),
        (SOUND.replace("A source", ""), "f.csv:2, source: nothing"),
    ],
)
def test_fault_of_a_sheet_names_row_and_column(row, fault):
    assert fault in found(row)
