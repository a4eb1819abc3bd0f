"""A small made-up market for tests of what looks at runs: nothing is simulated."""

from datetime import date

import polars as pl


MONTHS = [f"2011-{month:02d}" for month in range(6, 13)] + [
    f"2012-{month:02d}" for month in range(1, 13)
]
SECTORS = ("private", "third", "public")


def positions(contracts, per_sector=6):
    """Two tiers of every sector in every contract, each an organisation of its own."""
    rows = []
    for contract, area in contracts.items():
        rows.append((f"{contract}-00", contract, area, f"P{contract}", 0, "private"))
        for tier in (1, 2):
            for sector in SECTORS:
                rows += [
                    (
                        f"{contract}-{tier}{sector}{number}",
                        contract,
                        area,
                        f"O{contract}{tier}{sector}{number}",
                        tier,
                        sector,
                    )
                    for number in range(per_sector)
                ]
    names = ("position", "contract", "area", "organisation", "tier", "sector")
    return pl.DataFrame(rows, names, orient="row").with_columns(
        pl.lit(True).alias("contracted"), pl.col("tier").cast(pl.Int8)
    )


def market_run(contracts=None, *, idle=(), requests=None):
    """Give tables in which requests a month follow from the sector alone."""
    contracts = contracts or {"1": "7", "2": "7", "3": "7", "4": "11", "5": "11"}
    asked = requests or {"private": 10.0, "third": 20.0, "public": 30.0}
    held = positions(contracts)
    rows, events = [], []
    for row in held.iter_rows(named=True):
        for month in MONTHS:
            people = 0.0 if row["position"] in idle or row["tier"] == 0 else 5.0
            rows.append((row["position"], month, people, people, asked[row["sector"]]))
        if row["tier"] > 0:
            events.append((row, date(2011, 2, 1), "negotiated", "sanctioning:imposed"))
            response = "defy:refuse" if row["sector"] == "third" else "acquiesce:comply"
            events.append((row, date(2011, 2, 1), "directive-answered", response))
            events.append((row, date(2012, 3, 1), "directive-answered", response))
    providers = pl.DataFrame(
        rows,
        ("position", "month", "referrals", "specialist_referrals", "requests"),
        orient="row",
    ).with_columns(
        pl.lit(0.0).alias(name)
        for name in ("directives", "reviews_public", "reviews_private", "notices")
    )
    organisation_events = pl.DataFrame(
        [
            (one["position"], one["organisation"], happened, kind, code, "prime")
            for one, happened, kind, code in events
        ],
        ("position", "organisation", "happened", "kind", "code", "source"),
        orient="row",
    )
    staff_moves = pl.DataFrame(
        {
            "position": held["position"].to_list(),
            "month": ["2012-04"] * len(held),
            "kind": ["staff-left"] * len(held),
        }
    )
    return {
        "positions": held,
        "providers": providers,
        "organisation_events": organisation_events,
        "staff_moves": staff_moves,
    }
