"""Files of referrals and news: row by row, told what is wrong, hard to attack."""

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.acts.versions import (
    ApplyReferralVersion,
    RetainReferralVersion,
)
from quasimarket.service.participation.drawing import holds
from quasimarket.service.participation.importing import reading
from quasimarket.service.participation.importing.acts import (
    ImportNews,
    ImportReferrals,
)
from quasimarket.service.participation.importing.referrals import ALIASES, read_row
from quasimarket.service.participation.models import (
    Import,
    Participation,
    Person,
    ReferralVersion,
)
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.seeds import allocation_seed
from tests.lib.course import participant


HEAD = "NINO,name,area,group,referral date,address\n"


def file_of(*rows):
    return (HEAD + "".join(f"{row}\n" for row in rows)).encode()


def zip_of(*entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return packed.getvalue()


def bring(world, content, **given):
    manager = world.at("commissioner/contract-manager")
    return perform(ImportReferrals(file=content, **given), manager)


def test_sound_rows_are_taken_and_the_others_told(world):
    made = bring(
        world,
        file_of(
            "QQ000001A,Ann One,1,1,2013-06-03,1 Street",
            "QQ000002A,Bob Two,1,1,03/06/2013,",
            "QQ00000,Cy Three,1,1,2013-06-03,",
            "QQ000004A,Di Four,1,77,2013-06-03,",
            "QQ000005A,Ed Five,1,1,2030-01-01,",
            "QQ000006A,Flo Six,99,1,2013-06-03,",
            "QQ000001A,Ann Again,1,1,2013-06-03,",
            ",,,,,",
            "QQ000008A,Gus Eight,1,1,2013-06-31,",
        ),
    )

    assert (made.accepted, made.renewed, made.unchanged) == (2, 0, 0)
    told = {
        row["line"]: (one["column"], one["found"])
        for row in made.rejected
        for one in row["faults"]
    }
    assert told == {
        4: ("national_insurance", "QQ00000"),
        5: ("group", "77"),
        6: ("referred_on", "2030-01-01"),
        7: ("area", "99"),
        8: ("national_insurance", "the same as in line 2"),
        10: ("referred_on", "2013-06-31"),
    }
    with acting_as(SYSTEM):
        cases = Participation.objects.select_related("person")
        assert {one.person.name for one in cases} == {"Ann One", "Bob Two"}
        seed = allocation_seed()
        assert all(holds(one.allocation, seed) for one in cases)
        events = LogEvent.objects.filter(kind="referred")
        assert {one.actor_organisation for one in events} == {"commissioner"}


def test_a_trial_keeps_nothing_but_what_it_found(world):
    made = bring(
        world, file_of("QQ000001A,Ann One,1,1,2013-06-03,1 Street"), is_trial=True
    )

    assert (made.is_trial, made.accepted) == (True, 1)
    with acting_as(SYSTEM):
        assert not Participation.objects.exists()
        assert not Person.objects.exists()
        assert not LogEvent.objects.filter(kind="referred").exists()


def test_a_referral_sent_again_is_a_version_to_apply_or_set_aside(world):
    first = "QQ000001A,Ann One,1,1,2013-06-03,"
    bring(world, file_of(first + "1 Street"))
    same = bring(world, file_of(first + "1 Street"))
    moved = bring(world, file_of(first + "2 Road"))
    older = bring(world, file_of(first + "3 Lane"))
    prime_of = {"1": "prime/prime-manager", "2": "other-prime/prime-manager"}
    with acting_as(SYSTEM):
        case = Participation.objects.get()
    prime = world.at(prime_of[case.contract_id])

    perform(ApplyReferralVersion(number=2), prime, case.reference)
    perform(RetainReferralVersion(number=3, why="Old file"), prime, case.reference)

    assert same.unchanged == 1
    assert (moved.renewed, older.renewed) == (1, 1)
    with acting_as(SYSTEM):
        assert Person.objects.get().address == "2 Road"
        applied = ReferralVersion.objects.order_by("number")
        assert [one.is_applied for one in applied] == [True, True, False]
    with pytest.raises(Refusal):
        perform(ApplyReferralVersion(number=2), prime, case.reference)


def test_a_zip_is_read_file_by_file_whatever_the_files_are_called(world):
    made = bring(
        world,
        zip_of(
            ("CON.exe", file_of("QQ000001A,Ann One,1,1,2013-06-03,")),
            ("folder/🎈.csv", file_of("QQ000002A,Bob Two,1,1,2013-06-03,")),
        ),
    )

    assert made.accepted == 2


def link_entry():
    entry = zipfile.ZipInfo("link.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zip_of(("../../etc/passwd", b"x")), "not-a-plain-file"),
        (zip_of(("/etc/passwd", b"x")), "not-a-plain-file"),
        (zip_of(("..\\..\\x.csv", b"x")), "not-a-plain-file"),
        (zip_of(("C:\\x.csv", b"x")), "not-a-plain-file"),
        (zip_of((link_entry(), b"/etc/passwd")), "not-a-plain-file"),
        (zip_of(("bomb.csv", b"0" * 30_000_000)), "unpacks-too-large"),
        (zip_of(("in.csv", zip_of(("x.csv", b"x")))), "zip-in-a-zip"),
        (zip_of(*((f"{n}.csv", b"x") for n in range(10_000))), "too-many-files"),
        (b"PK\x03\x04 not a zip at all", "zip-damaged"),
        (b"\xff\xfe\x00", "not-utf-8"),
        (b"a,b\n\x00,1\n", "not-text"),
        (b"name,Name\n1,2\n", "column-twice"),
        (b"", "empty-file"),
        (b"name\n" + b"x\n" * 60_000, "too-many-rows"),
        (b"x" * (21 * 1024 * 1024), "file-too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_files_that_attack_are_refused_whole(content, code):
    with pytest.raises(Refusal) as error:
        reading.read_rows(content, aliases=ALIASES)

    assert {one.code for one in error.value.unmet} == {code}
    assert error.value.unmet[0].field == "file"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    try:
        rows = reading.read_rows(content, aliases=ALIASES)
    except Refusal:
        return
    for row in rows:
        read_row(row)


@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=6))
def test_any_cells_are_read_with_their_faults(table):
    text = "\n".join(",".join(cells) for cells in table)
    try:
        rows = reading.read_rows((HEAD + text).encode(), aliases=ALIASES)
    except (Refusal, UnicodeEncodeError):
        return
    for row in rows:
        said, faults = read_row(row)
        assert faults or {"national_insurance", "name", "referred_on"} <= set(said)


def test_cells_of_news_that_do_not_fit_are_told_with_what_mends_them(world):
    case = participant("referred")
    rows = (
        f"act,reference,arrived_on\nacknowledge-referral,{case.reference},2011-06-07\n"
    )

    made = perform(ImportNews(file=rows.encode()), world.at("prime/prime-manager"))

    (row,) = made.rejected
    told = {one["column"]: (one["expected"], one["hint"]) for one in row["faults"]}
    assert told == {
        "acknowledged_on": ("a value", "Fill it in."),
        "arrived_on": (
            "one of acknowledged_on",
            "Leave this column blank for this act.",
        ),
    }


def test_news_is_done_as_on_its_page_or_told(world):
    mine, elsewhere = participant("referred"), participant("referred", contract="2")
    rows = (
        "act,reference,acknowledged_on,attached_on\n"
        f"acknowledge-referral,{mine.reference},2011-06-07,\n"
        f"attach,{mine.reference},,2011-06-08\n"
        f"attach,{mine.reference},,2011-06-08\n"
        f"acknowledge-referral,{elsewhere.reference},2011-06-07,\n"
        f"cancel-referral,{mine.reference},,\n"
        "run-payments,x,,\n"
    )

    made = perform(ImportNews(file=rows.encode()), world.at("prime/prime-manager"))

    assert made.accepted == 2
    told = {row["line"]: row["faults"][0]["column"] for row in made.rejected}
    assert set(told) == {4, 5, 6, 7}
    assert (told[5], told[7]) == ("reference", "act")
    with acting_as(SYSTEM):
        assert Participation.objects.get(pk=mine.pk).state == "attached"
        assert Participation.objects.get(pk=elsewhere.pk).state == "referred"


def test_an_import_is_its_own_organisations(world):
    made = perform(
        ImportNews(file=b"act,reference\nattach,x\n"), world.at("anchor/sub-manager")
    )

    for who, sees in (
        ("anchor/sub-adviser", True),
        ("beacon/sub-manager", False),
        ("prime/prime-manager", False),
        ("commissioner/assurance", True),
    ):
        with acting_as(world.at(who)):
            assert Import.objects.filter(pk=made.pk).exists() == sees, who


WITHHELD_HEAD = "NINO,name,area,group,referral date,address,MAPPA\n"


def test_a_referral_under_mappa_comes_without_contact_details(world):
    rows = (
        "AB123456C,Ann One,1,2,2013-06-03,,yes\n"
        "AB123457C,Bob Two,1,2,2013-06-03,1 Hidden Lane,yes\n"
    )

    made = bring(world, (WITHHELD_HEAD + rows).encode())

    assert (made.accepted, len(made.rejected)) == (1, 1)
    assert made.rejected[0]["faults"][0]["column"] == "address"
    assert "Hidden" not in str(made.rejected)
    with acting_as(SYSTEM):
        case = Participation.objects.get()
        assert case.person.is_contact_withheld
        assert case.restricted_to == [world.at("commissioner/contract-manager").id]
    for who in ("prime/prime-manager", "commissioner/assurance"):
        with acting_as(world.at(who)):
            assert not Participation.objects.exists()


def test_contact_details_that_are_withheld_are_not_brought_in_later(world):
    bring(
        world,
        (WITHHELD_HEAD + "AB123456C,Ann One,1,2,2013-06-03,,yes\n").encode(),
    )
    with acting_as(SYSTEM):
        case = Participation.objects.get()

    again = bring(world, file_of("AB123456C,Ann One,1,2,2013-06-03,1 Hidden Lane"))
    news = perform(
        ImportNews(
            file=(
                "act,reference,changed_on,address\n"
                f"change-circumstances,{case.reference},2013-06-04,1 Hidden Lane\n"
            ).encode()
        ),
        world.at("commissioner/contract-manager"),
    )

    for made in (again, news):
        assert (made.accepted, made.renewed, len(made.rejected)) == (0, 0, 1)
        assert "Hidden" not in str(made.rejected)
        assert made.rejected[0]["faults"][0]["column"] == "address"
    with acting_as(SYSTEM):
        assert "Hidden" not in str([one.said for one in ReferralVersion.objects.all()])


def test_contact_details_withheld_later_are_taken_away_at_once(world):
    """Of somebody whose case was open; nobody has to apply the version first."""
    head = "NINO,name,area,group,referral date,address,telephone,MAPPA\n"
    open_row = "AB123456C,Ann One,1,2,2013-06-03,1 Hidden Lane,0300 1,\n"
    bring(world, (head + open_row).encode())
    with acting_as(world.at("commissioner/assurance")):
        assert Participation.objects.get().person.address == "1 Hidden Lane"

    again = bring(world, (head + "AB123456C,Ann One,1,2,2013-06-03,,,yes\n").encode())

    assert (again.renewed, again.rejected) == (1, [])
    with acting_as(SYSTEM):
        case = Participation.objects.get()
        assert case.person.is_contact_withheld
        assert (case.person.address, case.person.telephone) == ("", "")
        assert case.restricted_to == [world.at("commissioner/contract-manager").id]
        assert "Hidden" not in str([one.said for one in ReferralVersion.objects.all()])
    for who in ("prime/prime-manager", "commissioner/assurance"):
        with acting_as(world.at(who)):
            assert not Participation.objects.exists()


@pytest.mark.parametrize(
    "name", ["cancel-referral", "lift-restriction", "give-sign-in"]
)
def test_what_is_checked_before_it_is_done_is_not_done_by_a_file(world, name):
    case = participant()

    made = perform(
        ImportNews(file=f"act,reference\n{name},{case.reference}\n".encode()),
        world.at("commissioner/contract-manager"),
    )

    assert made.accepted == 0
    assert made.rejected[0]["faults"][0]["column"] == "act"
