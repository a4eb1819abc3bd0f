"""An act: a write to the programme, declared once for every door.

Its fields are pydantic fields: they give the form, the call of the interface, and the
page of the documentation. Register it with `act`, and do it with `perform`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.machine import Machine
from quasimarket.service.people.roles import Role


class Act(BaseModel, ABC):
    """The base of every act; its docstring is the help that its form shows."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    about: ClassVar["About"]
    listed_at: ClassVar[str] = ""
    """Where its doer looks next, if what it makes or is about has no page."""
    read_first: ClassVar[str] = ""
    """A template that stands above questions that cannot be understood alone."""

    @abstractmethod
    def do(self, doing: Doing, subject: Any) -> Any:
        """Change what the act changes, and record it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of an act, apart from its fields."""

    name: str
    title: str
    """What the button says: "Acknowledge the referral"."""
    on: type | None
    """The model of what it is about; None where it makes something new."""
    by: tuple[Role, ...]
    machine: Machine | None
    room: str
    """The app that it belongs to."""
    asks_again: bool
    """Money or law: answers are shown to be checked before it is done."""
    kind: type[Act]

    @property
    def help(self) -> str:
        """What it does and what follows, for its doer."""
        return (self.kind.__doc__ or "").strip()


ACTS: dict[str, About] = {}
"""Every act by its name, once the rooms are ready."""
_Kind = TypeVar("_Kind", bound=type[Act])


def act(
    *,
    name: str,
    title: str,
    by: Iterable[Role],
    on: type | None = None,
    machine: Machine | None = None,
    asks_again: bool = False,
) -> Callable[[_Kind], _Kind]:
    """Register a class as an act."""

    def register(kind: _Kind) -> _Kind:
        if name in ACTS and ACTS[name].kind.__module__ != kind.__module__:
            raise ValueError(f"two acts are called {name}")
        kind.about = ACTS[name] = About(
            name=name,
            title=title,
            on=on,
            by=tuple(by),
            machine=machine,
            room=kind.__module__.split(".")[2],
            asks_again=asks_again,
            kind=kind,
        )
        return kind

    return register


def ask(title: str, *, hint: str = "", **rules: Any) -> Any:
    """Declare a field: the question, a hint beneath it, and pydantic's own rules.

    `long=True` asks for several lines; `pounds=True` shows pence as pounds.
    """
    shown: dict[str, Any] = {
        key: rules.pop(key) for key in ("long", "pounds") if key in rules
    }
    return Field(title=title, description=hint, json_schema_extra=shown, **rules)


def acts_on(subject: Any, role: Role) -> list[About]:
    """List the acts that a role may do to a thing in its present state."""
    return [
        about
        for about in ACTS.values()
        if about.on is not None
        and isinstance(subject, about.on)
        and role in about.by
        and _state_allows(about, subject)
    ]


def _state_allows(about: About, subject: Any) -> bool:
    if about.machine is None:
        return True
    state = getattr(subject, about.machine.column)
    return any(
        state in move.before for move in about.machine.moves if move.act == about.name
    )
