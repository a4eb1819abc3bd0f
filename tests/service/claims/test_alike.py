"""T4: claims of different people that have more in common than they should."""

from datetime import date

import pytest

from quasimarket.service.claims.alike import claims_alike
from quasimarket.service.claims.models import Claim
from quasimarket.service.participation.models import Participation, Person, Spell
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


BEGAN = date(2012, 6, 1)
EARNED = date(2012, 12, 1)
READER = "commissioner/assurance"


def claimed(
    world,
    *,
    employer="Bakers",
    began=BEGAN,
    place="anchor-place",
    state="raised",
    **who,
):
    """Give the reference of a claim for somebody's job."""
    case = world.participation(place)
    with acting_as(SYSTEM):
        Person.objects.filter(pk=case.person_id).update(**who)
        Spell.objects.create(
            reference="j1", participation=case, first_day=began, employer=employer
        )
        claim = Claim.objects.create(
            reference=f"{case.reference}.job-outcome.1",
            participation=case,
            contract=world.contract,
            position_id=place,
            group="2",
            milestone="job-outcome",
            number=1,
            earned=EARNED,
            raised_on=EARNED,
        )
        if state != "raised":
            Claim.objects.filter(pk=claim.pk).update(state=state)
    return claim.reference


def found(world, reader=READER):
    with acting_as(world.at(reader)):
        listed = claims_alike(["job-outcome", "sustainment"])
    return [(one.what, set(one.claims)) for one in listed]


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        ({"telephone": "0300 123 456"}, {"telephone": "0300-123456"}, "telephone"),
        ({"email": "Jo@example.org"}, {"email": "jo@example.org "}, "e-mail"),
    ],
)
def test_people_who_are_reached_in_one_way_are_listed(world, first, second, what):
    one = claimed(world, employer="A", **first)
    other = claimed(world, employer="B", **second)
    claimed(world, employer="C", telephone="0999", email="else@example.org")
    claimed(world, employer="D", telephone="", email="")

    assert found(world) == [(what, {one, other})]


def test_three_who_began_with_one_employer_on_one_day_are_listed(world):
    three = {claimed(world, employer=name) for name in ("Bakers", "bakers ", "BAKERS")}
    claimed(world, employer="Bakers", began=date(2012, 6, 2))
    claimed(world, employer="Bakers", place="beacon-place")

    assert found(world) == [("employer and day", three)]


def test_two_with_one_employer_and_claims_that_were_rejected_are_not(world):
    claimed(world)
    claimed(world)
    claimed(world, state="rejected", telephone="0300")
    claimed(world, employer="Other", telephone="0300")

    assert found(world) == []


def test_restricted_case_is_in_no_list_of_those_it_does_not_name(world):
    claimed(world, employer="A", telephone="0300")
    other = claimed(world, employer="B", telephone="0300")
    assert len(found(world)) == 1
    with acting_as(SYSTEM):
        Participation.objects.filter(reference=other.split(".")[0]).update(
            restricted_to=[world.at("prime/prime-manager").id]
        )

    assert found(world) == []


def test_page_lists_them_without_the_number(world):
    reference = claimed(world, employer="A", telephone="0300 123456")
    claimed(world, employer="B", telephone="0300 123456")

    page = world.browser(READER).get("/claims/alike/")

    assert page.status_code == 200
    assert f"/claims/{reference}/" in page.text
    assert "123456" not in page.text
    assert (
        world.browser("commissioner/payment").get("/claims/alike/").status_code == 403
    )


def test_page_shows_a_person_once_and_the_file_every_claim(world):
    one = claimed(world, employer="A", telephone="0300")
    claimed(world, employer="B", telephone="0300")
    with acting_as(SYSTEM):
        job = Claim.objects.get(reference=one)
        later = one.replace("job-outcome", "sustainment")
        job.pk, job.reference, job.milestone = None, later, "sustainment"
        job.save()

    page = world.browser(READER).get("/claims/alike/").text
    file = world.browser(READER).get("/claims/alike/?format=csv").getvalue().decode()

    assert f"{one}</a> and 1 more</li>" in page
    assert f"/claims/{later}/" not in page
    assert later in file
