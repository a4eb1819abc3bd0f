"""The run's tables of bids and of what they planned."""

import numpy as np
import polars as pl

from quasimarket.market.chain import SECTORS
from quasimarket.market.tender import Tender
from quasimarket.runs.tables import TABLES


def bids_table(tender: Tender | None) -> pl.DataFrame:
    """Lay out the bids of a tender, a row each by area and bidder; none without one."""
    if tender is None:
        return pl.DataFrame(schema=TABLES["bids"])
    bids, framework = tender.bids, tender.framework
    return pl.DataFrame(
        {
            "area": [tender.rulebook.areas[index].id for index in bids.area],
            "bidder": [framework.id(index) for index in bids.bidder],
            "sector": [SECTORS[framework.sector[index]] for index in bids.bidder],
            "discount": bids.discount,
            "promised_rate": bids.promised_rate,
            "named_subcontractors": bids.named_subcontractors,
            "price_score": bids.price_score,
            "quality_score": bids.quality_score,
            "score": bids.score,
            "contract": tender.contract,
        },
        schema=TABLES["bids"],
    )


def planned_spend_table(tender: Tender | None) -> pl.DataFrame:
    """Lay out what winning bids planned for each group; none without a tender."""
    schema = TABLES["planned_spend"]
    if tender is None:
        return pl.DataFrame(schema=schema)
    groups = [group.id for group in tender.rulebook.groups]
    won = np.flatnonzero(tender.won)
    return pl.DataFrame(
        {
            "contract": np.repeat([tender.contract[bid] for bid in won], len(groups)),
            "group": groups * len(won),
            "amount": np.rint(tender.bids.planned_spend[won].ravel()).astype(np.int64),
        },
        schema=schema,
    )
