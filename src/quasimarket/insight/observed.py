"""What is seen of a run: its tables laid out by position and month.

Every measure asks here. A table or column that is missing raises NotSeen, which the
catalogue turns into a measure without a value. The hidden truth cannot be asked for.
"""

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
import polars as pl

from quasimarket.chance.resample import resamples, shuffles
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.weighted import Codes, Flags, Floats, tally


SECTORS = ("private", "third", "public")
FEWEST_CLUSTERS = 6
"""With fewer primes than this, positions are resampled and the note says so."""
RESAMPLES = 300
FEW_PRIMES = "few primes: positions resampled, not primes"
NORMAL = 1.96
HIDDEN = "truth_practice"
MONTHS = 12
Statistic = Callable[[Floats], Floats]


class Observed:
    """The tables of a run or log, as far as a month, and the resampling of its primes.

    Places of months count from 0, the first month with a referral, which is month 1.
    """

    def __init__(
        self,
        tables: Mapping[str, pl.DataFrame],
        *,
        until: int | None = None,
        seed: int = 1,
        times: int = RESAMPLES,
        non_intervention: Mapping[str, float] | None = None,
        planned_spend: Mapping[str, float] | None = None,
        by_channels: "Mapping[frozenset[str], Observed] | None" = None,
        has_own_scales: bool = False,
    ) -> None:
        """Look at tables; `until` is the last month that is looked at, from 1.

        `has_own_scales` puts practice on scales of the tables' own first months.
        """
        self._tables = {name: one for name, one in tables.items() if name != HIDDEN}
        self.until = until
        self.seed = seed
        self.times = times
        self.non_intervention = non_intervention
        self.planned_spend = planned_spend
        self.by_channels = by_channels
        self.has_own_scales = has_own_scales
        self.kept: dict[str, Floats] = {}
        """What several measures need and is dear to work out, by name."""
        self.people: pl.DataFrame | None = None
        """Participants added up, once somebody asked."""
        self.kinds: pl.DataFrame | None = None
        """The same by kind of person."""
        self.places: pl.DataFrame | None = None
        """The same by locality."""
        self._monthly: dict[str, Floats] = {}

    def table(self, name: str, *columns: str) -> pl.DataFrame:
        """Give a table that has these columns, or raise NotSeen."""
        if name not in self._tables:
            raise NotSeen(f"there is no table '{name}'")
        table = self._tables[name]
        if len(table) == 0:
            raise NotSeen(f"the table '{name}' is empty")
        for column in columns:
            if column not in table.columns:
                raise NotSeen(f"the table '{name}' has no column '{column}'")
            if table[column].null_count() == len(table):
                raise NotSeen(f"the column '{column}' of '{name}' is empty")
        return table

    @cached_property
    def positions(self) -> pl.DataFrame:
        """Give every position with its prime and its organisation's attributes."""
        table = self.table("positions", "position", "contract", "tier").with_columns(
            pl.col("position", "contract", "organisation", "sector").cast(pl.String)
        )
        primes = table.filter(pl.col("tier") == 0).select(
            "contract", prime="organisation"
        )
        table = table.join(
            primes.unique("contract", keep="first"), on="contract", how="left"
        )
        if "organisations" in self._tables:
            extra = self._tables["organisations"]
            kept = ["organisation", *set(extra.columns).difference(table.columns)]
            table = table.join(
                extra.select(sorted(kept)).unique("organisation", keep="first"),
                on="organisation",
                how="left",
            )
        return table.with_columns(pl.col("prime").fill_null(pl.col("contract")))

    def __len__(self) -> int:
        """Count the positions."""
        return len(self.positions)

    def attribute(self, name: str) -> Floats:
        """Give a numeric attribute of each position or of its organisation."""
        if name not in self.positions.columns:
            raise NotSeen(f"neither positions nor organisations have '{name}'")
        return self.positions[name].cast(pl.Float64).fill_null(np.nan).to_numpy()

    def codes(self, name: str) -> Codes:
        """Give a text attribute of each position as codes, in order of the names."""
        column = self.positions[name].cast(pl.String).fill_null("")
        _, codes = np.unique(column.to_numpy(), return_inverse=True)
        return codes.astype(np.int64)

    def is_sector(self, sector: str) -> Flags:
        """Tell which positions an organisation of a sector holds."""
        return np.asarray(self.positions["sector"].to_numpy() == sector)

    def is_tier(self, *tiers: int) -> Flags:
        """Tell which positions are contracted and of one of these tiers."""
        contracted = self.positions["contracted"].fill_null(False).to_numpy()
        tier = self.positions["tier"].to_numpy()
        return np.asarray(np.isin(tier, tiers) & contracted)

    @cached_property
    def first_month(self) -> int:
        """Give the first month with a referral, counted from January of the year 0."""
        if "providers" in self._tables:
            table = self.table("providers", "month")
            if "referrals" in table.columns:
                referred = table.filter(pl.col("referrals") > 0)
                table = referred if len(referred) else table
            return int(month_number(table["month"]).min())
        first = self.table("participants", "referred")["referred"].min()
        return int(first.year * MONTHS + first.month - 1)  # type: ignore[union-attr]  # a column of dates

    @cached_property
    def _months(self) -> Codes:
        numbers = month_number(self.table("providers", "month")["month"])
        return np.asarray(numbers - self.first_month, dtype=np.int64)

    @cached_property
    def last_month(self) -> int:
        """Give the place of the last month that is looked at."""
        last = int(self._months.max())
        return last if self.until is None else min(last, self.until - 1)

    def require(self, month: int) -> None:
        """Raise NotSeen where the tables do not reach a month, counted from 1."""
        if month > self.last_month + 1:
            raise NotSeen(
                f"the run is seen to month {self.last_month + 1}, not {month}"
            )

    def month_of(self, day: pl.Expr) -> pl.Expr:
        """Give the place of a day's month: 0 is that of the first referral."""
        number = day.dt.year().cast(pl.Int64) * MONTHS + day.dt.month() - 1
        return number - self.first_month

    @cached_property
    def _rows(self) -> tuple[Codes, Codes, Flags]:
        table = self.table("providers", "position", "month")
        place = {name: i for i, name in enumerate(self.positions["position"])}
        unit = (
            table["position"]
            .cast(pl.String)
            .replace_strict(place, default=-1, return_dtype=pl.Int64)
            .to_numpy()
        )
        kept = (unit >= 0) & (self._months >= 0) & (self._months <= self.last_month)
        return unit[kept], self._months[kept], kept

    def monthly(self, name: str) -> Floats:
        """Give a column of `providers` by position and month; no row is not known."""
        if name not in self._monthly:
            table = self.table("providers", name)
            unit, month, kept = self._rows
            laid = np.full((len(self), self.last_month + 1), np.nan)
            values = table[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            laid[unit, month] = values[kept]
            self._monthly[name] = laid
        return self._monthly[name]

    def total(self, name: str, first: int = 0, last: int | None = None) -> Floats:
        """Add a column up from one month to another, by position; no row adds none."""
        last = self.last_month if last is None else last
        self.require(last + 1)
        added: Floats = np.nansum(self.monthly(name)[:, first : last + 1], axis=1)
        return added

    @cached_property
    def _clusters(self) -> tuple[Codes, dict[str, int], str]:
        """Give each position's cluster, each contract's, and what to say of them."""
        primes = self.codes("prime")
        contract = self.positions["contract"].to_list()
        if len(np.unique(primes)) >= FEWEST_CLUSTERS:
            return primes, dict(zip(contract, primes.tolist(), strict=True)), ""
        own = np.arange(len(primes), dtype=np.int64)
        first: dict[str, int] = {}
        for place, name in enumerate(contract):
            first.setdefault(name, place)
        return own, first, FEW_PRIMES

    @cached_property
    def _counts(self) -> Floats:
        """Give resamples of clusters, all ones first; the last column is always 1."""
        clusters = int(self._clusters[0].max()) + 1
        drawn = resamples(self.seed, clusters, self.times)
        counts = np.vstack([np.ones((1, clusters)), drawn])
        return np.hstack([counts, np.ones((len(counts), 1))])

    @property
    def has_few_primes(self) -> bool:
        """Tell whether positions are resampled, as there are too few primes."""
        return bool(self._clusters[2])

    @property
    def counts(self) -> Floats:
        """Give how often each cluster of primes counts; the last column is always 1."""
        return self._counts

    @property
    def clusters(self) -> Codes:
        """Give each position's cluster."""
        return self._clusters[0]

    @cached_property
    def weights(self) -> Floats:
        """Give how often each position counts: once, then as resampled."""
        chosen: Floats = self._counts[:, self._clusters[0]]
        return chosen

    def weights_of_rows(self, table: pl.DataFrame) -> tuple[Floats, Codes]:
        """Give the resampled clusters, and the cluster of each row of a table."""
        own, of_contract, _ = self._clusters
        cluster = table["contract"].cast(pl.String)
        codes = cluster.replace_strict(of_contract, default=-1, return_dtype=pl.Int64)
        found = codes.fill_null(-1).to_numpy().copy()
        if len(own) and self._clusters[2] and "position" in table.columns:
            place = {name: i for i, name in enumerate(self.positions["position"])}
            unit = table["position"].cast(pl.String)
            at = unit.replace_strict(place, default=-1, return_dtype=pl.Int64)
            position = at.fill_null(-1).to_numpy()
            found = np.where(position >= 0, position, found)
        return self._counts, found

    @cached_property
    def sector_shuffles(self) -> Codes:
        """Give orders of the positions' labels, shuffled within the run."""
        return shuffles(self.seed, len(self), self.times)

    def estimate(
        self, statistic: Statistic, units: Flags | int, *, note: str = ""
    ) -> Estimate:
        """Work a statistic out over positions, with its interval."""
        n = int(units) if isinstance(units, int) else int(units.sum())
        return self.from_resamples(statistic(self.weights), n, note=note)

    def from_resamples(self, found: Floats, n: int, *, note: str = "") -> Estimate:
        """Make an estimate of a value followed by its resamples."""
        value = float(found[0])
        if not np.isfinite(value) or n == 0:
            raise NotSeen(
                f"too little to go on: {n} units" if n else "nothing to count"
            )
        spread = found[1:][np.isfinite(found[1:])]
        said = "; ".join(one for one in (note, self._clusters[2]) if one)
        if n < 2 or len(spread) < max(1, (len(found) - 1) / 2):
            return Estimate(value=value, n=n, note=said)
        low, high = np.quantile(spread, (0.025, 0.975))
        return Estimate(value=value, n=n, low=float(low), high=float(high), note=said)

    def by_leaving_out(self, statistic: Statistic, n: int) -> Estimate:
        """Work a statistic of concentration out, with a jackknife interval over primes.

        A resample that takes an organisation twice makes it look larger, so indices of
        concentration would be too high; leaving each prime out once does not.
        """
        clusters = self._clusters[0]
        codes = np.unique(clusters)
        weights = np.vstack(
            [np.ones((1, len(clusters))), (clusters != codes[:, None]) * 1.0]
        )
        found = statistic(weights)
        value, left = float(found[0]), found[1:][np.isfinite(found[1:])]
        if not np.isfinite(value) or n == 0:
            raise NotSeen("nothing to count")
        if len(left) < 2:
            return Estimate(value=value, n=n, note=self._clusters[2])
        error = np.sqrt((len(left) - 1) * ((left - left.mean()) ** 2).mean())
        wide = float(NORMAL * error)
        return Estimate(
            value=value,
            n=n,
            low=value - wide,
            high=value + wide,
            note=self._clusters[2],
        )

    def share_of_rows(
        self, rows: pl.DataFrame, part: pl.Expr, of: pl.Expr | None = None
    ) -> Estimate:
        """Give the share of a table's rows that are of a kind, or one sum over another.

        `part` and `of` are counts or truths a row; rows need a `contract`.
        """
        if len(rows) == 0:
            raise NotSeen("nothing to count")
        below = pl.lit(1.0) if of is None else of.cast(pl.Float64)
        keys = [k for k in ("contract", "position") if k in rows.columns]
        summed = (
            rows.select(
                *keys, above=part.cast(pl.Float64), below=below, rows=pl.lit(1.0)
            )
            .group_by(keys)
            .sum()
            .sort(keys)
        )
        counts, cluster = self.weights_of_rows(summed)
        size = counts.shape[1]
        cluster = np.where(cluster < 0, size - 1, cluster)
        above, below_sum = (
            tally(cluster, summed[name].to_numpy(), size) for name in ("above", "below")
        )
        found = ratio_of(counts @ above, counts @ below_sum)
        return self.from_resamples(found, int(summed["rows"].sum()))

    def events(self, *kinds: str) -> pl.DataFrame:
        """Give organisational events of some kinds, with `at`, their month's place.

        Raises NotSeen where the log has none of any kind.
        """
        table = self.table("organisation_events", "kind", "happened").filter(
            pl.col("kind").cast(pl.String).is_in(kinds)
        )
        table = table.with_columns(at=self.month_of(pl.col("happened")))
        if self.until is not None:
            table = table.filter(pl.col("at") < self.until)
        if len(table) == 0:
            raise NotSeen(f"no event of kind {' or '.join(kinds)}")
        return table

    def with_sector(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add each row's organisation's sector."""
        known = self.positions.select("organisation", "sector")
        if "organisations" in self._tables:
            known = pl.concat(
                [
                    self._tables["organisations"].select(
                        pl.col("organisation", "sector").cast(pl.String)
                    ),
                    known,
                ]
            )
        rows = rows.with_columns(pl.col("organisation").cast(pl.String))
        return rows.join(
            known.unique("organisation", keep="first"), on="organisation", how="left"
        )


Measured = Callable[[Observed], Estimate]
"""Works a measure out, or raises NotSeen."""


def ratio_of(above: Floats, below: Floats) -> Floats:
    """Divide, leaving what cannot be divided unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below != 0, above / np.where(below != 0, below, 1), np.nan)


def month_number(months: pl.Series) -> Codes:
    """Count months "YYYY-MM" from January of the year 0."""
    text = months.cast(pl.String)
    numbers = {one: int(one[:4]) * MONTHS + int(one[5:7]) - 1 for one in text.unique()}
    return text.replace_strict(numbers, return_dtype=pl.Int64).to_numpy()
