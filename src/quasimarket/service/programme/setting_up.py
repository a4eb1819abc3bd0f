"""Begin a programme: its rulebook's contracts, primes and the commissioner."""

from collections.abc import Collection, Sequence
from datetime import date

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import load_rulebook
from quasimarket.service.people.models import Organisation
from quasimarket.service.people.roles import OrganisationKind
from quasimarket.service.programme.models import Contract, Programme
from quasimarket.service.programme.seeds import commitment, keep_seed


COMMISSIONER = "commissioner"


def set_up_programme(
    source: str,
    *,
    settings: Sequence[str] = (),
    areas: Collection[str] = (),
    today: date | None = None,
    is_demonstration: bool = False,
    allocation_seed: str,
) -> Programme:
    """Write the programme's row, its organisations and contracts; the scope is open.

    Args:
        source: a shipped programme's name, or a folder.
        settings: KEY=VALUE changes to the rulebook.
        areas: the areas to run; none means all.
        today: the day at which a demonstration's clock stands.
        is_demonstration: every page says so, and real organisations are not named.
        allocation_seed: from which referrals are drawn among primes.

    Raises:
        InputFault: the rulebook has faults, or an area is not in it.
    """
    rulebook = load_rulebook(source, dict(one.split("=", 1) for one in settings))
    unknown = sorted(set(areas) - {area.id for area in rulebook.areas})
    if unknown:
        raise InputFault(
            Fault(
                where="areas",
                found=area,
                expected="one of " + ", ".join(one.id for one in rulebook.areas),
            )
            for area in unknown
        )
    wanted = set(areas) or {area.id for area in rulebook.areas}
    contracts = [one for one in rulebook.contracts if one.area in wanted]
    holding = {one.prime for one in contracts}
    area_of = {area.id: area for area in rulebook.areas}
    row = Programme.objects.create(
        rulebook=source,
        settings=list(settings),
        content_hash=rulebook.content_hash,
        name=rulebook.name,
        areas=sorted(wanted) if areas else [],
        is_demonstration=is_demonstration,
        today=today,
        allocation_commitment=commitment(allocation_seed),
    )
    keep_seed(row, allocation_seed)
    Organisation.objects.create(
        id=COMMISSIONER, name="The Department", kind=OrganisationKind.COMMISSIONER
    )
    primes = [one for one in rulebook.primes if one.id in holding]
    Organisation.objects.bulk_create(
        Organisation(
            id=prime.id,
            name=f"Prime {number}" if is_demonstration else prime.name,
            kind=OrganisationKind.PRIME,
            sector=prime.sector,
        )
        for number, prime in enumerate(primes, 1)
    )
    Contract.objects.bulk_create(
        Contract(
            id=one.id,
            prime_id=one.prime,
            area=one.area,
            area_name=area_of[one.area].name,
            nation=area_of[one.area].nation,
            delivery_model=one.delivery_model,
        )
        for one in contracts
    )
    return row
