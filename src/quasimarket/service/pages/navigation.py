"""What stands in the navigation, and what waits to be done, for each role.

A room puts its own there: in its `navigation.py` it calls `place` for a link, and puts
`waits` on a function that says what waits. A link is shown to the roles that it names,
which is a courtesy: what may be seen is settled by the database.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from quasimarket.service.pages.parts import Task
from quasimarket.service.people.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the navigation: its words, its view's name, and who needs it."""

    order: int
    text: str
    view: str
    roles: frozenset[Role]

    def is_here(self, request: HttpRequest) -> bool:
        """Whether the page is this one or lies beneath it."""
        address = reverse(self.view)
        return request.path == address or (
            address != "/" and request.path.startswith(address)
        )


Waiting = Callable[[HttpRequest], Iterable[Task]]
LINKS: list[Link] = []
WAITING: list[tuple[int, Waiting]] = []


def place(text: str, view: str, roles: Iterable[Role], *, order: int = 50) -> None:
    """Put a link in the navigation of some roles; lower orders come first."""
    LINKS.append(Link(order=order, text=text, view=view, roles=frozenset(roles)))
    LINKS.sort(key=lambda link: link.order)


def waits(order: int) -> Callable[[Waiting], Waiting]:
    """Have a function asked what waits for the reader, on the first page."""

    def placed(function: Waiting) -> Waiting:
        WAITING.append((order, function))
        WAITING.sort(key=lambda pair: pair[0])
        return function

    return placed


def links_for(role: Role | None) -> Iterator[Link]:
    """Give the links of a role."""
    return (link for link in LINKS if role in link.roles)


def waiting_for(request: HttpRequest) -> list[Task]:
    """Gather what waits for the reader."""
    return [task for _, function in WAITING for task in function(request)]
