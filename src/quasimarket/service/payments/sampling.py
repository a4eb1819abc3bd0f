"""Samples of paid claims: commit to a seed, fix the list, reveal, draw, conclude."""

import hashlib
import secrets
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from django.db import connection

from quasimarket.core.dates import Month
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.payments.estimating import (
    Estimate,
    draw_places,
    estimate_error,
)
from quasimarket.service.payments.models import Sample, SampleItem, SampleSeed
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import agreed_rulebook


FRAME = """
    INSERT INTO payments_sampleitem (sample_id, place, claim_id, amount, is_drawn,
        result, note)
    SELECT %(sample)s, row_number() OVER (ORDER BY c.reference COLLATE "C") - 1, c.id,
        l.amount, false, '', ''
    FROM payments_paymentline l
    JOIN claims_claim c ON c.participation_id = l.participation_id
        AND c.milestone = l.kind AND c.number = l.number AND c.state = 'paid'
    WHERE l.contract_id = %(contract)s AND l.stands AND l.month >= %(first)s
        AND l.month <= %(last)s AND c.milestone = ANY (%(milestones)s)
"""
FRAME_HASH = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(
            c.reference || ',' || i.amount, E'\n' ORDER BY i.place), ''),
            'UTF8')), 'hex'),
        count(*), coalesce(sum(i.amount), 0)::bigint
    FROM payments_sampleitem i JOIN claims_claim c ON c.id = i.claim_id
    WHERE i.sample_id = %s
"""


def commit(
    contract: str, first: Month, last: Month, actor: Actor, now: datetime
) -> Sample:
    """Publish the fingerprint of a seed that nobody has seen."""
    seed = secrets.token_hex(32)
    sample = Sample.objects.create(
        reference=f"S-{contract}-{first}-{last}-{secrets.token_hex(3)}",
        contract_id=contract,
        first_month=str(first),
        last_month=str(last),
        seed_hash=fingerprint(seed),
        committed_by=actor.id,
        committed_at=now,
    )
    with acting_as(SYSTEM):
        SampleSeed.objects.create(sample=sample, seed=seed)
    return sample


def fingerprint(seed: str) -> str:
    """Give the SHA-256 of a seed's text."""
    return hashlib.sha256(seed.encode()).hexdigest()


def freeze(sample: Sample, now: datetime) -> None:
    """Fix the list of claims to draw from, and publish its fingerprint.

    Raises:
        Refusal: no claim of these months is paid.
    """
    rulebook = agreed_rulebook()
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            FRAME,
            {
                "sample": sample.pk,
                "contract": sample.contract_id,
                "first": sample.first_month,
                "last": sample.last_month,
                "milestones": [
                    str(one.id)
                    for one in rulebook.milestones
                    if one.basis != "attachment"
                ],
            },
        )
        cursor.execute(FRAME_HASH, [sample.pk])
        digest, size, pence = cursor.fetchone()
    if not size:
        raise refuse(
            "nothing-paid",
            "No claim of these months is paid, so that there is nothing to draw from.",
            remedy="Choose months that were paid.",
        )
    share = rulebook.validation.employment_sample if rulebook.validation else Decimal(0)
    sample.frame_hash, sample.frame_size, sample.frame_pence = digest, size, pence
    sample.size = sample_size(size, share)
    sample.frozen_at = now
    sample.save()


def sample_size(frame_size: int, share: Decimal) -> int:
    """Give how many claims the rulebook's share is, rounded up; two at the least."""
    wanted = int((frame_size * share).to_integral_value(ROUND_CEILING))
    return min(max(wanted, 2), frame_size)


def reveal(sample: Sample, now: datetime) -> None:
    """Publish the seed and draw."""
    with acting_as(SYSTEM):
        seed = SampleSeed.objects.get(sample=sample).seed
    sample.seed = seed
    sample.drawn_at = now
    sample.save()
    places = draw_places(seed, sample.frame_size, sample.size)
    SampleItem.objects.filter(sample=sample, place__in=places).update(is_drawn=True)


def conclude(sample: Sample, now: datetime) -> Estimate:
    """Work out the error from the results of the drawn claims.

    Raises:
        Refusal: a drawn claim has no result yet.
    """
    drawn = list(SampleItem.objects.filter(sample=sample, is_drawn=True))
    open_items = sum(1 for one in drawn if not one.result)
    if open_items:
        raise refuse(
            "unchecked",
            f"{open_items} of the drawn claims have no result yet.",
            remedy="Give each drawn claim its result first.",
        )
    found = estimate_error(
        sample.frame_size,
        sample.frame_pence,
        [one.amount if one.result == "wrong" else 0 for one in drawn],
    )
    sample.error_pence, sample.estimate_pence = found.found, found.estimate
    sample.lower_pence, sample.upper_pence = found.lower, found.upper
    sample.concluded_at = now
    sample.save()
    return found
