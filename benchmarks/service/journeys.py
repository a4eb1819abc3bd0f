"""What the load benchmark's clients do, each over a connection of its own."""

import http.client
import re
import time
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode


TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
Timed = tuple[str, float, bool]
"""What was asked, how many seconds it took, and whether it was answered well."""


class Browser:
    """Somebody's connection, which is opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        """Remember where the service is."""
        self.port = port
        self.connection: http.client.HTTPConnection | None = None

    def ask(
        self,
        what: str,
        path: str,
        *,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        expected: int = 200,
    ) -> tuple[Timed, bytes]:
        """Ask once, and read the whole answer."""
        body = urlencode(form) if form else None
        sent = dict(headers)
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            status, answer = self._sent(path, body, sent)
        except (OSError, http.client.HTTPException):
            self.connection = None
            return (what, time.perf_counter() - began, False), b""
        return (what, time.perf_counter() - began, status == expected), answer

    def _sent(
        self, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        for is_last in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=60
                )
                is_last = True
            try:
                self.connection.request(
                    "POST" if body else "GET", path, body, dict(headers)
                )
                response = self.connection.getresponse()
                return response.status, response.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                # the server may close a connection that was idle: ask on a new one
                self.connection = None
                if is_last:
                    raise
        raise AssertionError("unreachable")


class Client:
    """Goes through the journeys one after the other, for as long as it is asked."""

    def __init__(self, about: Mapping[str, Any], number: int, port: int) -> None:
        """Begin at a journey of its own, so that clients do not walk in step."""
        self.about = about
        self.browser = Browser(port)
        self.cases = cycle(about["cases"])
        journeys = (self.adviser, self.prime, self.adviser, self.system, self.payment)
        self.journeys = islice(cycle(journeys), number % len(journeys), None)

    def until(self, end: float) -> Iterator[Timed]:
        """Go on until a moment of the clock."""
        for journey in self.journeys:
            for timed in journey():
                yield timed
                if time.perf_counter() >= end:
                    return

    def adviser(self) -> Iterator[Timed]:
        """Look at the caseload, open a record, and record a contact."""
        as_adviser = self._signed_in("adviser")
        case = next(self.cases)
        yield self._page("caseload", "/cases/?whose=mine", as_adviser)
        yield self._page("record", f"/cases/{case}/", as_adviser)
        path = f"/do/record-contact/{case}/"
        timed, answer = self.browser.ask("form", path, headers=as_adviser)
        yield timed
        token = TOKEN.search(answer)
        if token is None:
            yield ("form posted", 0.0, False)
            return
        headers = {**as_adviser, "Referer": f"http://127.0.0.1:{self.browser.port}/"}
        headers["Cookie"] += f"; csrftoken={token[1].decode()}"
        day = self.about["today"].split("-")
        form = {
            "csrfmiddlewaretoken": token[1].decode(),
            **dict(zip(("on-year", "on-month", "on-day"), day, strict=True)),
            "purpose": "support",
            "kind": "telephone",
            "note": "",
        }
        yield self.browser.ask(
            "form posted", path, headers=headers, form=form, expected=302
        )[0]

    def prime(self) -> Iterator[Timed]:
        """Look at a month's end: tasks, claims, results, the statement."""
        as_prime = self._signed_in("prime")
        as_finance = self._signed_in("finance")
        statement = f"/statements/{self.about['contract']}/{self.about['month']}/"
        yield self._page("home", "/", as_prime)
        yield self._page("league", "/league/", as_prime)
        yield self._page("claims", "/claims/", as_finance)
        yield self._page("statements", "/statements/", as_finance)
        yield self._page("statement", statement, as_finance)

    def payment(self) -> Iterator[Timed]:
        """Look at the payment runs."""
        as_payer = self._signed_in("payment")
        run = f"/payment-runs/{self.about['run']}/"
        yield self._page("payment runs", "/payment-runs/", as_payer)
        yield self._page("payment run", run, as_payer)

    def system(self) -> Iterator[Timed]:
        """Read as a prime's own system does, with a key."""
        key = {"Authorization": f"Bearer {self.about['key']}"}
        case = next(self.cases)
        yield self._page("API people", "/api/v1/participations?limit=100", key)
        yield self._page("API person", f"/api/v1/participations/{case}", key)
        yield self._page("API events", "/api/v1/events?limit=100", key)
        yield self._page("API claims", "/api/v1/claims?limit=100", key)

    def _signed_in(self, who: str) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.about[who]}"}

    def _page(self, what: str, path: str, headers: Mapping[str, str]) -> Timed:
        return self.browser.ask(what, path, headers=headers)[0]
