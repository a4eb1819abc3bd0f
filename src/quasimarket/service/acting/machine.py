"""State machines as tables: which act moves what from which state to which.

The same table guards the act, refuses the move in the database, draws the diagram in
the documentation, and drives the generated tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from quasimarket.service.acting.refusals import refuse
from quasimarket.service.database.policies import function, policy, trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move that an act makes."""

    act: str
    before: tuple[str, ...]
    """The states it may come from."""
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The states of one kind of thing, and every move between them."""

    name: str
    table: str
    column: str
    first: tuple[str, ...]
    """States in which a thing may begin."""
    moves: tuple[Move, ...]
    meanings: tuple[tuple[str, str], ...] = ()
    """Each state with what it means, for people."""

    @property
    def states(self) -> tuple[str, ...]:
        """List every state, in the order in which the table first names it."""
        named = [*self.first]
        for move in self.moves:
            named += [*move.before, move.after]
        return tuple(dict.fromkeys(named))

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Give every legal pair of states."""
        return frozenset(
            (before, move.after) for move in self.moves for before in move.before
        )

    def after(self, act: str, state: str) -> str:
        """Give the state that an act leads to, or refuse the act."""
        mine = [move for move in self.moves if move.act == act]
        for move in mine:
            if state in move.before:
                return move.after
        possible = ", ".join(sorted({one for move in mine for one in move.before}))
        raise refuse(
            "wrong-state",
            f"This cannot be done while it is {state.replace('-', ' ')}.",
            remedy=f"It can be done when it is {possible.replace('-', ' ')}.",
        )

    def statements(self) -> tuple[str, ...]:
        """Give the SQL that refuses an illegal move, whoever tries it.

        A legal one does not reach the function, which would take as long as writing
        the row.
        """
        pairs = ", ".join(
            f"('{self.name}', '{old}', '{new}')" for old, new in sorted(self.pairs)
        )
        begins = ", ".join(f"('{self.name}', '', '{one}')" for one in self.first)
        return (
            f"DELETE FROM allowed_move WHERE machine = '{self.name}'",
            f"INSERT INTO allowed_move (machine, before, after) VALUES {begins}"
            + (f", {pairs}" if pairs else ""),
            *self._trigger(
                "begins", "INSERT", f"NEW.{self.column} IN ({_listed(self.first)})"
            ),
            *self._trigger(
                "legal",
                "UPDATE",
                self.may_become(f"OLD.{self.column}", f"NEW.{self.column}"),
            ),
        )

    def _trigger(self, name: str, event: str, unless: str) -> tuple[str, ...]:
        return trigger(
            self.table,
            f"{name}_{self.column}",
            f"BEFORE {event}",
            f"refuse_illegal_move('{self.name}', '{self.column}')",
            if_row=f"({unless}) IS NOT TRUE",
        )

    def may_become(self, old: str, new: str) -> str:
        """Give SQL that is true where a state stays, or becomes what it may.

        Args:
            old: SQL of the state before.
            new: SQL of the state after.
        """
        after: dict[str, list[str]] = {}
        for before, then in sorted(self.pairs):
            after.setdefault(before, []).append(then)
        moves = [
            f" OR {old} = '{before}' AND {new} IN ({_listed(then)})"
            for before, then in after.items()
        ]
        return f"{old} = {new}{''.join(moves)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{one}'" for one in names)


STATEMENTS = (
    "CREATE TABLE IF NOT EXISTS allowed_move "
    "(machine text, before text, after text, PRIMARY KEY (machine, before, after))",
    *policy("allowed_move", "true", writes="SELECT"),
    function(
        "refuse_illegal_move()",
        "trigger",
        """
        DECLARE was text := ''; becomes text;
        BEGIN
            -- nearly every machine's column is called state: read it without the row
            IF TG_ARGV[1] = 'state' THEN
                becomes := NEW.state;
                IF TG_OP = 'UPDATE' THEN was := OLD.state; END IF;
            ELSE
                becomes := to_jsonb(NEW) ->> TG_ARGV[1];
                IF TG_OP = 'UPDATE' THEN was := to_jsonb(OLD) ->> TG_ARGV[1]; END IF;
            END IF;
            IF TG_OP = 'UPDATE' AND was = becomes THEN RETURN NEW; END IF;
            IF NOT EXISTS (SELECT 1 FROM allowed_move m WHERE m.machine = TG_ARGV[0]
                    AND m.before = was AND m.after = becomes) THEN
                RAISE EXCEPTION '% may not go from "%" to "%"',
                    TG_ARGV[0], was, becomes USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
)
"""What every machine needs, once; run before any room's own."""


def statements_of(machines: Iterable[Machine]) -> tuple[str, ...]:
    """Give the SQL of several machines."""
    return tuple(line for machine in machines for line in machine.statements())
