"""The rules in SQL, run by DuckDB."""

from pathlib import Path

import duckdb
import pyarrow as pa
from rules import SETTLED_TO, Rules


LINES = """
create temp table lines as with referred as (
    select participant, happened as referred, contract, "group"
    from log where kind = 'referred'
), people as (
    select participant, referred, contract, "group", attached,
        referred + $allotted - 1 as last_allotted
    from referred join (
        select participant, min(happened) as attached
        from log where kind = 'attached' group by participant
    ) using (participant)
    where attached between referred and referred + $allotted - 1
), spells as (
    select participant, greatest(started, attached) as first,
        coalesce(ended, $settled_to) as last
    from (
        select participant, spell, happened as started
        from log where kind = 'job-started'
    )
    left join (
        select participant, spell, happened as ended from log where kind = 'job-ended'
    ) using (participant, spell)
    join people using (participant)
    where coalesce(ended, $settled_to) >= greatest(started, attached)
), marked as (
    select *, first > 1 + $bridge + max(last) over (
        partition by participant order by first, last
        rows between unbounded preceding and 1 preceding
    ) as parted
    from spells
), numbered as (
    select *, sum(coalesce(parted, true)::int) over (
        partition by participant order by first, last rows unbounded preceding
    ) as run
    from marked
), runs as (
    select participant, min(first) as first, max(last) as last
    from numbered group by participant, run
), counted as (
    select runs.*, contract, "group", attached, outcome_days, following_days, most,
        last - first + 1 as days,
        sum(last - first + 1) over (
            partition by participant order by first rows unbounded preceding
        ) as days_so_far
    from runs join people using (participant) join needs using ("group")
    where first <= last_allotted
), outcomes as (
    select participant, last, contract, "group", attached, following_days, most,
        (first + (outcome_days - (days_so_far - days) - 1)::int) as earned
    from counted
    where outcome_days > days_so_far - days and outcome_days <= days_so_far
), chains as (
    select counted.participant, counted.contract, counted."group", counted.attached,
        counted.following_days, counted.most,
        greatest(counted.first, outcomes.earned + 1) as first,
        (counted.last - greatest(counted.first, outcomes.earned + 1) + 1)
            // counted.following_days as reached
    from counted join outcomes using (participant)
    where counted.last > outcomes.earned
), placed as (
    select *, sum(reached) over (
        partition by participant order by first rows unbounded preceding
    ) - reached as before
    from chains where reached > 0
), following as (
    select participant, contract, "group", attached, before + number as number,
        first + (following_days * number)::int - 1 as earned
    from placed,
        unnest(range(1, least(reached, most - before)::bigint + 1)) as t(number)
    where before < most
), seen as (
    select outcomes.participant, any_value(outcomes.earned) as earned,
        case when bool_or(outcomes.earned between spells.first and spells.last)
            then any_value(outcomes.earned)
            else min(spells.first) filter (spells.first > outcomes.earned)
        end as seen
    from outcomes join spells using (participant) group by outcomes.participant
), payable as (
    select participant, 'attachment' as milestone, 1 as number, contract, "group",
        attached, attached as earned, attached as payable
    from people
    union all
    select participant, 'job-outcome', 1, contract, "group",
        attached, outcomes.earned, seen
    from outcomes join seen using (participant)
    union all
    select participant, 'sustainment', number, contract, "group",
        attached, earned, following_claimable
    from following join claims on earned = day
)
select participant, payable.contract, payable.milestone, number, earned,
    payable.payable, pence
from payable join prices
    on prices.milestone = payable.milestone and prices.contract = payable.contract
    and prices."group" = payable."group"
    and attached between first_day and prices.last_day
where payable.payable <= $settled_to
"""
STATEMENTS = """
select contract, strftime(payable, '%Y-%m') as month,
    count(*) as lines, sum(pence)::bigint as pence
from lines group by all
"""


def settle(log: Path, rules: Rules) -> pa.Table:
    """Settle the log to lines, and add them up by contract and month."""
    connection = duckdb.connect()
    connection.register("prices", rules.prices)
    connection.register("needs", rules.needs)
    connection.register("claims", rules.claims)
    connection.execute(f"create view log as from read_parquet('{log}')")
    connection.execute(
        LINES,
        {
            "allotted": rules.allotted_days,
            "bridge": rules.bridge_days,
            "settled_to": SETTLED_TO,
        },
    )
    return connection.sql(STATEMENTS).to_arrow_table()
