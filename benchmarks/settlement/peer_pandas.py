"""The rules in pandas, on Arrow-read columns and vectorised throughout."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rules import SETTLED_TO, Rules


DAY = pd.Timedelta(days=1)
WHO = ["participant", "contract", "group", "attached"]


def settle(log: Path, rules: Rules) -> pa.Table:
    """Settle the log to lines, and add them up by contract and month."""
    wanted = ["kind", "happened", "participant", "contract", "group", "spell"]
    events = pq.read_table(log, columns=wanted).to_pandas(date_as_object=False)
    events["happened"] = events["happened"].astype("datetime64[s]")
    people = _people(events, rules)
    spells = _spells(events, people)
    counted = _counted(_runs(spells, rules), people, rules)
    outcomes = _outcomes(counted)
    following = _following(counted, outcomes).merge(
        _dated(rules.claims.to_pandas(date_as_object=False)),
        left_on="earned",
        right_on="day",
    )
    payable = pd.concat(
        [
            _payable(
                "attachment",
                people.assign(earned=people["attached"], number=1),
                "attached",
            ),
            _payable("job-outcome", _seen(outcomes, spells).assign(number=1), "seen"),
            _payable("sustainment", following, "following_claimable"),
        ]
    )
    payable = payable[payable["payable"] <= pd.Timestamp(SETTLED_TO)]
    prices = _dated(rules.prices.to_pandas(date_as_object=False))
    # prices step on few days, so that the step is found first and joined on
    steps = np.sort(prices["first_day"].unique())
    payable["first_day"] = steps[
        np.searchsorted(steps, payable["attached"], "right") - 1
    ]
    payable[["contract", "group"]] = payable[["contract", "group"]].astype(str)
    priced = payable.merge(prices, on=["milestone", "contract", "group", "first_day"])
    priced["month"] = priced["payable"].dt.to_period("M")
    found = priced.groupby(["contract", "month"], as_index=False).agg(
        lines=("pence", "size"), pence=("pence", "sum")
    )
    found["month"] = found["month"].astype(str)
    return pa.Table.from_pandas(found, preserve_index=False)


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    dates = frame.select_dtypes("datetime").columns
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def _people(events: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    attached = (
        events[events["kind"] == "attached"].groupby("participant")["happened"].min()
    )
    people = events.loc[
        events["kind"] == "referred", ["participant", "contract", "group", "happened"]
    ].rename(columns={"happened": "referred"})
    people = people.join(attached.rename("attached"), on="participant", how="inner")
    people["last_allotted"] = people["referred"] + DAY * (rules.allotted_days - 1)
    return people[
        people["attached"].between(people["referred"], people["last_allotted"])
    ]


def _spells(events: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    named = ["participant", "spell", "happened"]
    started = events.loc[events["kind"] == "job-started", named]
    ended = events.loc[events["kind"] == "job-ended", named]
    spells = started.merge(
        ended.rename(columns={"happened": "last"}),
        on=["participant", "spell"],
        how="left",
    ).merge(people[["participant", "attached"]], on="participant")
    spells["first"] = spells[["happened", "attached"]].max(axis=1)
    spells["last"] = spells["last"].fillna(pd.Timestamp(SETTLED_TO))
    spells = spells.loc[
        spells["last"] >= spells["first"], ["participant", "first", "last"]
    ]
    return spells.sort_values(["participant", "first", "last"])


def _runs(spells: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    reached = spells["last"].astype("int64").groupby(spells["participant"]).cummax()
    before = reached.groupby(spells["participant"]).shift(1)
    gap = (rules.bridge_days + 1) * 86_400
    parted = before.isna() | (spells["first"].astype("int64") > before + gap)
    return (
        spells.assign(run=parted.cumsum())
        .groupby("run")
        .agg(
            participant=("participant", "first"),
            first=("first", "min"),
            last=("last", "max"),
        )
    )


def _counted(runs: pd.DataFrame, people: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    counted = runs.merge(people, on="participant")
    counted = counted[counted["first"] <= counted["last_allotted"]]
    counted["group"] = counted["group"].astype(str)
    counted = counted.merge(rules.needs.to_pandas(), on="group")
    counted = counted.sort_values(["participant", "first"])
    counted["days"] = (counted["last"] - counted["first"]).dt.days + 1
    counted["so_far"] = counted.groupby("participant")["days"].cumsum()
    return counted


def _outcomes(counted: pd.DataFrame) -> pd.DataFrame:
    before = counted["so_far"] - counted["days"]
    needed = counted["outcome_days"]
    makes_it = (before < needed) & (needed <= counted["so_far"])
    outcomes = counted[makes_it].copy()
    ahead = (needed - before - 1)[makes_it]
    outcomes["earned"] = outcomes["first"] + pd.to_timedelta(ahead, unit="D").astype(
        "timedelta64[s]"
    )
    return outcomes[[*WHO, "earned"]]


def _following(counted: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    chains = counted.merge(outcomes[["participant", "earned"]], on="participant")
    chains = chains[chains["last"] > chains["earned"]].sort_values(
        ["participant", "first"]
    )
    chains["first"] = chains["first"].where(
        chains["first"] > chains["earned"], chains["earned"] + DAY
    )
    length = chains["following_days"]
    chains["reached"] = ((chains["last"] - chains["first"]).dt.days + 1) // length
    chains["total"] = chains.groupby("participant")["reached"].cumsum()
    before = chains["total"] - chains["reached"]
    chains["paid"] = np.minimum(chains["reached"], chains["most"] - before)
    chains = chains[chains["paid"] > 0].reset_index(drop=True)
    each = chains.loc[chains.index.repeat(chains["paid"])]
    number = each.groupby(level=0).cumcount() + 1
    ahead = pd.to_timedelta(each["following_days"] * number - 1, unit="D")
    each = each.assign(earned=each["first"] + ahead.astype("timedelta64[s]"))
    each["number"] = number + (each["total"] - each["reached"])
    return each[[*WHO, "earned", "number"]]


def _seen(outcomes: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """A bridged day is seen when work begins again."""
    beside = outcomes[["participant", "earned"]].merge(spells, on="participant")
    holds = beside["earned"].between(beside["first"], beside["last"])
    held = holds.groupby(beside["participant"]).any()
    later = beside["first"].where(beside["first"] > beside["earned"])
    later = later.groupby(beside["participant"]).min()
    seen = outcomes.join(held.rename("held"), on="participant").join(
        later.rename("later"), on="participant"
    )
    seen["seen"] = seen["earned"].where(seen["held"], seen["later"])
    return seen


def _payable(milestone: str, frame: pd.DataFrame, payable: str) -> pd.DataFrame:
    chosen = frame[[*WHO, "number", "earned"]].copy()
    return chosen.assign(milestone=milestone, payable=frame[payable])
