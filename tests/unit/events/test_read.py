"""Reading a log: every form it comes in, and every fault it can have."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.events import Event, EventKind
from quasimarket.events.arrow import to_table, write_parquet
from quasimarket.events.checked_log import LogLimits
from quasimarket.events.csv_log import write_csv
from quasimarket.events.json_lines import write_json_lines
from quasimarket.events.read import read_event_table, read_log


LIMITS = LogLimits(
    contracts={"C1", "C2"},
    milestones={"job-outcome", "sustainment"},
    payments={"job-outcome", "sustainment", "incentive"},
    referral_days={"1": (date(2011, 6, 1), date(2017, 3, 31))},
    allotted_days=728,
)
HEADER = "id,kind,happened,known,participant,contract,group,spell,milestone,number"
REFERRED = "1,referred,2011-06-06,2011-06-06,ann,C1,1,,,"
ATTACHED = "2,attached,2011-06-10,2011-06-10,ann,,,,,"


def faults_of(path: Path) -> list[str]:
    with pytest.raises(InputFault) as raised:
        read_log(path, LIMITS)
    assert raised.value.count >= len(raised.value.faults)
    return [str(fault) for fault in raised.value.faults]


def csv_of(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def log() -> list[Event]:
    def event(place: int, kind: EventKind, day: date, **fields: object) -> Event:
        return Event(
            id=str(place),
            kind=kind,
            happened=day,
            known=fields.pop("known", day),
            participant="ann",
            **fields,
        )

    return [
        event(1, EventKind.REFERRED, date(2011, 6, 6), contract="C1", group="1"),
        event(2, EventKind.ATTACHED, date(2011, 6, 10), source="prime"),
        event(3, EventKind.JOB_STARTED, date(2011, 7, 4), spell="a"),
        event(
            4,
            EventKind.JOB_ENDED,
            date(2012, 2, 3),
            spell="a",
            known=date(2012, 2, 20),
        ),
        event(
            5,
            EventKind.PAID,
            date(2012, 3, 1),
            milestone="job-outcome",
            number=1,
            amount=120000,
        ),
        event(6, EventKind.CONTACTED, date(2012, 3, 2), code="support"),
    ]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("log.csv", write_csv),
        ("log.jsonl", write_json_lines),
        ("log.parquet", write_parquet),
    ],
)
def test_log_written_is_the_log_read(tmp_path, name, write):
    write(log(), tmp_path / name)

    assert read_log(tmp_path / name, LIMITS) == log()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_log_is_found_in_a_folder_and_by_its_content(tmp_path):
    write_parquet(log(), tmp_path / "events.parquet")
    nameless = tmp_path / "nameless"
    write_json_lines(log(), nameless)

    assert read_log(tmp_path, LIMITS) == log()
    assert read_log(nameless, LIMITS) == log()


def test_known_that_is_missing_is_the_day_it_happened(tmp_path):
    path = csv_of(
        tmp_path,
        "1,referred,2011-06-06,ann,C1,1",
        header="id,kind,happened,participant,contract,group",
    )

    [event] = read_log(path, LIMITS)

    assert event.known == date(2011, 6, 6)


def test_byte_order_mark_carriage_returns_and_blank_lines_do_no_harm(tmp_path):
    path = tmp_path / "log.csv"
    text = "\r\n".join([HEADER, REFERRED, "", ATTACHED, ",,,,,,,,,", ""])
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert [event.id for event in read_log(path, LIMITS)] == ["1", "2"]


def test_parquet_may_hold_numbers_dictionaries_and_text_days(tmp_path):
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int32()),
            "kind": pa.array(["referred", "attached"]).dictionary_encode(),
            "happened": ["2011-06-06", "2011-06-10"],
            "participant": pa.array([7, 7]),
            "contract": pa.array(["C1", None]).dictionary_encode(),
            "group": pa.array([1.0, None]).cast(pa.int8()),
            "number": pa.array([None, None], pa.float64()),
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")

    events = read_log(tmp_path / "log.parquet", LIMITS)

    assert [(event.id, event.participant) for event in events] == [
        ("1", "7"),
        ("2", "7"),
    ]
    assert events[0].group == "1"
    assert pa.types.is_int64(
        read_event_table(tmp_path / "log.parquet", LIMITS)["participant"].type
    )


def test_event_seen_twice_is_one_event_if_the_two_are_equal(tmp_path):
    path = csv_of(tmp_path, REFERRED, ATTACHED, REFERRED)

    assert len(read_log(path, LIMITS)) == 2


@pytest.mark.parametrize(
    ("row", "where", "found"),
    [
        ("3,atached,2011-06-10,,ann,,,,,", "row 4", "unknown kind 'atached'"),
        ("3,attached,2011-06-10,,bob,,,,,", "row 4", "unknown participant 'bob'"),
        ("3,transferred,2011-07-10,,ann,C9,,,,", "row 4", "unknown contract 'C9'"),
        ("3,group-changed,2011-07-10,,ann,,9,,,", "row 4", "unknown group '9'"),
        ("3,claimed,2012-01-10,,ann,,,,outcome,1", "row 4", "unknown milestone"),
        ("3,claimed,2012-01-10,,ann,,,,incentive,1", "row 4", "unknown milestone"),
        ("3,claimed,2012-01-10,,ann,,,,job-outcome,", "row 4", "without a number"),
        ("3,claimed,2012-01-10,,ann,,,,job-outcome,0", "row 4", "number 0"),
        ("3,claimed,2012-01-10,,ann,,,,job-outcome,x", "row 4", "number 'x'"),
        ("3,attached,2011-02-30,,ann,,,,,", "row 4", "happened '2011-02-30'"),
        ("3,attached,,,ann,,,,,", "row 4", "no day happened"),
        ("3,completed,1999-12-31,,ann,,,,,", "row 4", "happened 1999-12-31"),
        ("3,completed,2013-06-10,2101-01-01,ann,,,,,", "row 4", "known 2101-01-01"),
        ("3,completed,2013-06-10,2013-06-09,ann,,,,,", "row 4", "known on 2013-06-09"),
        ("3,attached,2011-06-05,,ann,,,,,", "row 4", "attached on 2011-06-05"),
        ("3,attached,2013-06-03,,ann,,,,,", "row 4", "attached on 2013-06-03"),
        ("3,referred,2011-05-31,,bob,C1,1,,,", "row 4", "a referral on 2011-05-31"),
        ("3,referred,2017-04-01,,bob,C1,1,,,", "row 4", "a referral on 2017-04-01"),
        ("3,job-ended,2011-08-01,,ann,,,a,,", "row 4", "spell a that never started"),
        ("3,specialist-referred,2011-08-01,,ann,,,,,", "", "no column position"),
        ("2,attached,2011-06-11,,ann,,,,,", "row 4", "id '2' again"),
        (",attached,2011-06-11,,ann,,,,,", "row 4", "no id"),
        ("3,,2011-06-11,,ann,,,,,", "row 4", "no kind"),
        ("3,attached,2011-06-11", "row 4", "3 cells"),
    ],
)
def test_row_at_fault_is_told_with_its_number(tmp_path, row, where, found):
    path = csv_of(tmp_path, REFERRED, ATTACHED, row)

    [fault] = faults_of(path)

    assert where in fault
    assert found in fault


def test_close_name_is_suggested(tmp_path):
    [fault] = faults_of(csv_of(tmp_path, REFERRED, "2,atached,2011-06-10,,ann,,,,,"))

    assert "did you mean attached?" in fault


def test_spell_that_ends_before_it_starts_is_a_fault(tmp_path):
    path = csv_of(
        tmp_path,
        REFERRED,
        "2,job-started,2011-07-04,,ann,,,a,,",
        "3,job-ended,2011-07-03,2011-07-10,ann,,,a,,",
    )

    assert "job-ended of spell a on 2011-07-03" in faults_of(path)[0]


def test_spell_whose_start_was_put_right_is_no_fault(tmp_path):
    path = csv_of(
        tmp_path,
        REFERRED,
        "2,job-started,2011-07-04,,ann,,,a,,",
        "3,job-ended,2011-07-03,2011-07-10,ann,,,a,,",
        "4,job-started,2011-06-20,2011-08-01,ann,,,a,,",
    )

    assert len(read_log(path, LIMITS)) == 4


def test_attachment_to_a_cancelled_referral_is_no_fault(tmp_path):
    path = csv_of(
        tmp_path,
        REFERRED,
        ATTACHED,
        "3,referral-cancelled,2011-06-20,,ann,C1,,,,",
        "4,referred,2014-06-20,,ann,C1,1,,,",
        "5,attached,2014-06-30,,ann,,,,,",
    )

    assert len(read_log(path, LIMITS)) == 5


def test_every_fault_is_told_at_once_in_order_of_rows(tmp_path):
    path = csv_of(
        tmp_path,
        "1,referred,2011-06-06,,ann,C7,1,,,",
        "2,attached,2011-06-31,,ann,,,,,",
        "3,contacted,2011-07-06,,bob,,,,,",
    )

    faults = faults_of(path)

    assert [fault.split(":")[0] for fault in faults] == [
        "log.csv",
        "log.csv, row 2",
        "log.csv, row 3",
        "log.csv, row 4",
    ]


def test_many_faults_are_counted_and_the_first_of_each_kind_shown(tmp_path):
    strangers = [f"{n},attached,2011-06-10,,p{n},,,,," for n in range(2, 1002)]
    path = csv_of(tmp_path, REFERRED, *strangers, "x,oops,2011-06-10,,ann,,,,,")

    with pytest.raises(InputFault) as raised:
        read_log(path, LIMITS)

    assert raised.value.count == 1001
    assert len(raised.value.faults) <= 200
    assert any("oops" in str(fault) for fault in raised.value.faults)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (HEADER.encode(), "no events"),
        (f"{HEADER}\n".encode(), "no events"),
        (b"id;kind;happened;participant\n1;2;3;4\n", "separate the columns by commas"),
        (b"id,kind,kind\n1,2,3\n", "column 'kind' twice"),
        (b"id,kind,participant\n1,attached,ann\n", "no column happened"),
        (b"\xff\xfei\x00d\x00", "UTF-16"),
        (f"{HEADER}\n{REFERRED}\n".encode().replace(b"C1", b"C1\0"), "a NUL byte"),
        (b"PAR1 and nothing more", "cannot be read as Parquet"),
    ],
)
def test_file_that_is_no_log_is_refused(tmp_path, content, found):
    path = tmp_path / "log.csv"
    path.write_bytes(content)

    assert any(found in fault for fault in faults_of(path))


def test_text_that_is_not_utf8_is_told_by_row(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(
        f"{HEADER}\n{REFERRED}\n2,attached,".encode() + b"2011-07-01,,ann,,\xe9,,,\n"
    )

    assert "log.csv, row 3: found bytes that are not UTF-8" in faults_of(path)[0]


def test_parquet_cut_short_is_refused(tmp_path):
    path = tmp_path / "log.parquet"
    write_parquet(log(), path)
    path.write_bytes(path.read_bytes()[:-20])

    [fault] = faults_of(path)

    assert "a file that cannot be read as Parquet" in fault


def test_columns_of_the_wrong_type_are_told_together(tmp_path):
    table = to_table(log())
    table = table.set_column(2, "happened", pa.array([1.5] * len(table)))
    table = table.set_column(5, "contract", pa.array([True] * len(table)))
    pq.write_table(table, tmp_path / "log.parquet")

    faults = faults_of(tmp_path / "log.parquet")

    assert any("column happened of type double" in fault for fault in faults)
    assert any("column contract of type bool" in fault for fault in faults)


def test_misspelt_column_is_told_and_others_are_passed_over(tmp_path):
    header = "id,kind,happened,participant,contract,group,positon,remark"
    path = csv_of(tmp_path, "1,referred,2011-06-06,ann,C1,1,P1,late bus", header=header)

    [fault] = faults_of(path)

    assert "did you mean position?" in fault


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{not json", "text that is not JSON"),
        ("[1, 2]", "not an object"),
        ('{"id": true}', "neither text nor a number"),
    ],
)
def test_line_that_is_no_event_is_told_by_number(tmp_path, line, found):
    path = tmp_path / "log.jsonl"
    write_json_lines(log(), path)
    path.write_text(path.read_text() + line + "\n")

    [fault] = faults_of(path)

    assert "row 7" in fault
    assert found in fault


def test_file_that_is_not_there_is_refused(tmp_path):
    assert "no such file" in faults_of(tmp_path / "none.csv")[0]
    assert "no log" in faults_of(tmp_path)[0]
