"""What a forecast is made from: a place's caseload, its flow, and the log's curves."""

from datetime import date
from decimal import Decimal

from django.db import connection

from quasimarket.core.dates import Month
from quasimarket.service.chain.forecast import (
    KINDS,
    Cohort,
    Curve,
    Flow,
    Forecast,
    Money,
    Setting,
    forecast,
    terms_for,
)
from quasimarket.service.chain.measuring import LIVE
from quasimarket.service.chain.models import Prospect
from quasimarket.service.programme.models import Position
from quasimarket.service.programme.rules import rulebook_in_force


CASELOAD = """
SELECT p."group", coalesce(c.earned, p.attached), c.id IS NOT NULL, p.attached, count(*)
FROM participation_participation p
LEFT JOIN claims_claim c ON c.participation_id = p.id AND c.milestone = %(outcome)s
    AND c.number = 1 AND c.state = ANY (%(live)s)
WHERE p.position_id = %(place)s AND p.attached IS NOT NULL AND p.state <> 'cancelled'
GROUP BY 1, 2, 3, 4
"""
FLOW = """
SELECT "group", count(*),
    count(attached) FILTER (WHERE referred < %(today)s - 30),
    count(*) FILTER (WHERE referred < %(today)s - 30)
FROM participation_participation
WHERE position_id = %(place)s AND state <> 'cancelled'
    AND referred >= %(since)s AND referred < %(until)s
GROUP BY 1
"""
EARNED = """
SELECT c.milestone, c."group", c.earned, coalesce(p.attached, p.referred), count(*)
FROM claims_claim c JOIN participation_participation p ON p.id = c.participation_id
WHERE c.position_id = %(place)s AND c.state = ANY (%(live)s)
    AND c.earned >= %(since)s AND c.earned < %(until)s
GROUP BY 1, 2, 3, 4
"""
FLOW_MONTHS = 6
MONTH_DAYS = 30


def outlook(place: Position, today: date) -> tuple[Setting, Forecast, Money | None]:
    """Make a place's forecast in the reader's scope; its money only for itself."""
    rulebook = rulebook_in_force()
    bare = Setting(
        rulebook=rulebook,
        contract=place.contract_id,
        position=place.pk,
        terms=terms_for(rulebook, place.contract_id, place.pk, today),
        curves={},
        today=today,
    )
    kinds = bare.milestones()
    curves = read_curves(kinds.get("outcome", ""), kinds.get("sustainment", ""))
    setting = Setting(
        rulebook=rulebook,
        contract=bare.contract,
        position=bare.position,
        terms=bare.terms,
        curves=curves,
        today=today,
    )
    money = money_of(place)
    cohorts = read_caseload(place.pk, kinds.get("outcome", ""), today)
    ahead = forecast(
        setting,
        cohorts,
        read_flow(place.pk, today),
        money,
        on_its_way=read_earned(setting, today),
    )
    return setting, ahead, money


def read_earned(setting: Setting, today: date) -> list[dict[str, Decimal]]:
    """Read what was earned in the last months and is on its way, latest first."""
    months = [Month.of(today).plus(-back) for back in range(1, setting.wait + 1)]
    kind_of = {milestone: kind for kind, milestone in setting.milestones().items()}
    found = [dict.fromkeys(KINDS, Decimal(0)) for _ in months]
    if not months:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            EARNED,
            {
                "place": setting.position,
                "live": LIVE,
                "since": months[-1].first_day,
                "until": Month.of(today).first_day,
            },
        )
        for milestone, group, earned, priced_on, people in cursor.fetchall():
            kind = kind_of.get(milestone)
            if kind is not None:
                back = months.index(Month.of(earned))
                found[back][kind] += people * setting.pay(kind, group, priced_on)
    return found


def money_of(place: Position) -> Money | None:
    """Read what the place typed in; nobody else finds it."""
    known = Prospect.objects.filter(position=place).first()
    if known is None:
        return None
    return Money(
        reserves=known.reserves,
        monthly_cost=known.monthly_cost,
        cost_each=known.cost_each,
    )


def read_curves(outcome: str, later: str) -> dict[str, Curve]:
    """Read from the programme's log how outcomes and sustainments come with time."""
    found: dict[str, tuple[dict[int, float], dict[int, float]]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM chain_outcome_curve(%s, %s)", [outcome, later])
        for group, month, exposed, outcomes, old, reached in cursor.fetchall():
            first, after = found.setdefault(group, ({}, {}))
            if exposed:
                first[month] = outcomes / exposed
            if old:
                after[month] = reached / old
    return {
        group: Curve(outcome=first, later=after)
        for group, (first, after) in found.items()
    }


def read_caseload(place: str, outcome: str, today: date) -> list[Cohort]:
    """Read who is on a place's caseload, alike with alike."""
    with connection.cursor() as cursor:
        cursor.execute(CASELOAD, {"outcome": outcome, "live": LIVE, "place": place})
        return [
            Cohort(
                group=group,
                months=max((today - since).days // MONTH_DAYS, 0),
                has_outcome=has_outcome,
                people=float(people),
                priced_on=attached,
            )
            for group, since, has_outcome, attached, people in cursor.fetchall()
        ]


def read_flow(place: str, today: date) -> list[Flow]:
    """Read how many come a month, by group, over the last whole months."""
    until = Month.of(today)
    with connection.cursor() as cursor:
        cursor.execute(
            FLOW,
            {
                "place": place,
                "today": today,
                "since": until.plus(-FLOW_MONTHS).first_day,
                "until": until.first_day,
            },
        )
        return [
            Flow(
                group=group,
                people=people / FLOW_MONTHS,
                attached_share=attached / older if older else 1.0,
            )
            for group, people, attached, older in cursor.fetchall()
        ]
