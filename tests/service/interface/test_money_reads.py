"""Claims, statements, payments and contracts, read by those they belong to."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from quasimarket.core.dates import Month
from quasimarket.service.payments.models import PaymentLine
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import Organisation
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import AUGUST, give_account, pay, worker


SCHEMA = Path(__file__).parent / "data" / "ocds-release-schema-1.1.4.json"
PACKAGE = {
    "type": "object",
    "required": ["uri", "version", "publishedDate", "publisher", "releases"],
    "properties": {
        "uri": {"type": "string", "format": "uri"},
        "version": {"enum": ["1.1"]},
        "publishedDate": {"type": "string", "format": "date-time"},
        "publisher": {"type": "object", "required": ["name"]},
        "releases": {"type": "array", "minItems": 1},
    },
}
"""What the standard asks of a package around its releases, as far as it concerns us."""


@pytest.fixture
def paid(world):
    """Pay for one person of anchor's: an attachment, then an outcome."""
    for organisation in (world.contract.prime_id, "anchor"):
        give_account(organisation)
    case = worker(world)
    pay(world, AUGUST)
    pay(world, Month(2012, 9))
    return case


def items(caller, path):
    return caller.get(path).json()["items"]


def test_a_claim_is_read_by_its_chain_alone(paid, call):
    for who in ("prime/prime-finance", "anchor/sub-finance"):
        claims = items(call(who), "/claims")
        assert {one["milestone"] for one in claims} >= {"attachment", "job-outcome"}
        assert {one["participant"] for one in claims} == {paid.reference}
        one = call(who).get(f"/claims/{claims[0]['reference']}")
        assert one.json() == claims[0]
        assert one["ETag"]
    assert items(call("beacon/sub-manager"), "/claims") == []
    assert items(call("other-prime/prime-manager"), "/claims") == []


def test_a_prime_reads_its_statements_and_a_place_its_own(paid, call):
    prime = items(call("prime/prime-finance"), "/statements")
    assert {one["position"] for one in prime} == {None, "anchor-place"}
    place = items(call("anchor/sub-finance"), "/statements")
    assert {one["position"] for one in place} == {"anchor-place"}
    assert items(call("beacon/sub-manager"), "/statements") == []
    assert items(call("prime/prime-adviser"), "/statements") == []


def test_a_statements_lines_come_to_it(paid, call):
    caller = call("prime/prime-finance")
    for one in items(caller, "/statements"):
        lines = items(caller, f"/statements/{one['id']}/lines")
        assert sum(line["amount"] for line in lines) == one["lines"]


def test_a_statement_of_the_prime_is_not_its_subcontractors(paid, call):
    [upstream, *_] = [
        one for one in items(call("prime/prime-finance"), "/statements")
        if one["position"] is None
    ]  # fmt: skip
    answer = call("anchor/sub-finance").get(f"/statements/{upstream['id']}/lines")
    assert answer.status_code == 404


def test_payments_are_read_by_who_pays_and_who_gets(paid, call):
    got = items(call("anchor/sub-finance"), "/payments")
    assert {one["payee"] for one in got} == {"anchor"}
    whole = items(call("commissioner/payment", may=["read"]), "/payments")
    assert {one["id"] for one in got} < {one["id"] for one in whole}


def test_only_what_changed_since_is_listed(world, call):
    worker(world)
    caller = call("prime/prime-manager")
    path = "/participations?updated_since="
    assert len(items(caller, path + "2001-01-01T00:00:00Z")) == 1
    assert items(caller, path + "2999-01-01T00:00:00Z") == []
    assert items(caller, "/claims?updated_since=2999-01-01T00:00:00Z") == []


def test_pages_go_on_where_the_last_ended(world, call):
    made = {world.participation("anchor-place").reference for _ in range(5)}
    caller, seen, after = call("anchor/sub-manager"), [], 0
    while after is not None:
        page = caller.get(f"/participations?limit=2&after={after}").json()
        seen += [one["reference"] for one in page["items"]]
        after = page["next"]
    assert sorted(seen) == sorted(made)


def test_contracts_are_open_contracting_data(paid, call):
    package = call("commissioner/payment", may=["read"]).get("/ocds/release-package")
    said = package.json()
    jsonschema.validate(said, PACKAGE, jsonschema.Draft4Validator)
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.Draft4Validator(
        schema, format_checker=jsonschema.FormatChecker()
    )
    for release in said["releases"]:
        assert list(validator.iter_errors(release)) == []
        for contract in release["contracts"]:
            assert contract["awardID"] in {one["id"] for one in release["awards"]}


def test_what_was_paid_is_in_the_contracts_transactions(paid, world, call):
    package = call("prime/prime-finance").get("/ocds/release-package").json()
    paid_pence = {
        release["contracts"][0]["id"]: sum(
            round(one["value"]["amount"] * 100)
            for one in release["contracts"][0]["implementation"]["transactions"]
        )
        for release in package["releases"]
    }
    with acting_as(SYSTEM):
        lines = sum(PaymentLine.objects.values_list("amount", flat=True))
    assert paid_pence[world.contract.pk] == lines > 0
    assert paid_pence[world.other_contract.pk] == 0
    outcome = {
        release["contracts"][0]["id"]: milestone["status"]
        for release in package["releases"]
        for milestone in release["contracts"][0]["implementation"]["milestones"]
        if milestone["id"] == "job-outcome"
    }
    assert outcome[world.contract.pk] == "partiallyMet"
    assert outcome[world.other_contract.pk] == "scheduled"


def test_another_prime_sees_no_payment_of_it(paid, call):
    package = call("other-prime/prime-manager").get("/ocds/release-package").json()
    assert all(
        one["contracts"][0]["implementation"]["transactions"] == []
        for one in package["releases"]
    )


def test_the_package_names_its_publisher(world, call):
    package = call("commissioner/policy", may=["read"]).get("/ocds/release-package")
    with acting_as(SYSTEM):
        name = Organisation.objects.get(pk="commissioner").name
    assert package.json()["publisher"] == {"name": name}
    assert package.json()["publishedDate"].startswith(str(date(2013, 6, 14)))
