"""`quasimarket serve`: the live programme, with all that it needs on this machine."""

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    open_database,
    set_django_up,
)
from quasimarket.cli.demonstration.sign_in import SignIn
from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database import status
from quasimarket.service.database.serving import Serving, serving


NAME = "serve"
HELP = "run the live programme: its database, its pages, its interface"
PORT = 8000
WORKERS = 2
SECONDS_BETWEEN_WORKERS = 5.0
"""A worker that cannot start is not tried more often."""
PR_SET_PDEATHSIG = 1
PROXIES = "QUASIMARKET_TRUSTED_PROXIES"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_database_options(parser)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=PORT, help=f"the port ({PORT})")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument(
        "--demonstration",
        action="store_true",
        help="begin a demonstration, if the database is empty, from a simulated run",
    )
    parser.add_argument(
        "--people",
        type=int,
        default=10_000,
        metavar="N",
        help="participants of the demonstration (10,000)",
    )
    parser.add_argument(
        "--to",
        metavar="YYYY-MM",
        default="2013-06",
        help="the last month of the demonstration that is loaded (2013-06)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Bring everything up, say where it is, and stay until it is stopped."""
    signal.signal(signal.SIGTERM, _leave)
    console = Console(highlight=False, soft_wrap=True)
    serving_on, arguments.port = arguments.port, None
    _refuse_taken(arguments.host, serving_on)
    _refuse_unreadable_proxies()
    with serving(arguments.state) as one:
        return _serve(arguments, serving_on, one, console)


def _serve(
    arguments: argparse.Namespace, serving_on: int, one: Serving, console: Console
) -> int:
    """Bring everything up, and end what was begun here."""
    was_running = status(arguments.state).is_running
    children: list[subprocess.Popen[bytes]] = []
    try:
        console.print("Bringing the database up")
        try:
            connections = open_database(arguments)
        finally:
            if not was_running:
                one.started_server()
        set_django_up(connections, arguments.state)
        from quasimarket.service.migrating import migrate

        migrate()
        children.append(_start_pages(arguments, serving_on))
        children.append(_start_jobs(arguments))
        if arguments.demonstration:
            children.append(_begin_demonstration(arguments, console))
        console.print(f"The programme: http://{arguments.host}:{serving_on}/")
        console.print("Stop it with Ctrl-C.")
        return _stay(children, lambda: _start_jobs(arguments))
    finally:
        for child in children:
            _end(child)


def _refuse_taken(host: str, port: int) -> None:
    """Refuse an address at which something listens already.

    Raises:
        InputFault: it is taken, or is no address of this machine.
    """
    try:
        with socket.create_server((host, port)):
            pass
    except (OSError, OverflowError) as error:
        raise InputFault(
            [
                Fault(
                    where="--port",
                    found=f"{host}:{port}: {error}",
                    expected="a free address of this machine",
                    hint="give another with --port",
                )
            ]
        ) from error


def _refuse_unreadable_proxies() -> None:
    """Refuse proxies that are no addresses: they would be believed by nobody.

    Raises:
        InputFault: one is no address and no network.
    """
    from quasimarket.service.people.client_address import networks

    given = os.environ.get(PROXIES, "")
    try:
        networks(given)
    except ValueError as error:
        raise InputFault(
            [
                Fault(
                    where=PROXIES,
                    found=f"{given}: {error}",
                    expected="addresses or networks, parted by commas",
                    hint=f"{PROXIES}=127.0.0.1 for a proxy on this machine",
                )
            ]
        ) from error


def _start_pages(arguments: argparse.Namespace, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        pages_command(arguments.host, port, arguments.workers),
        preexec_fn=_end_with_parent,
    )


def pages_command(host: str, port: int, workers: int = WORKERS) -> list[str]:
    """Give the command that serves the pages and the interface."""
    return [
        *(sys.executable, "-m", "gunicorn", "quasimarket.service.wsgi:application"),
        f"--bind={host}:{port}",
        f"--workers={workers}",
        "--threads=4",
        "--timeout=120",
        "--log-level=warning",
    ]


def _start_jobs(arguments: argparse.Namespace) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "quasimarket.cli.main", "worker"),
            *(f"--state={arguments.state}", "--json"),
        ],
        preexec_fn=_end_with_parent,
    )


def _begin_demonstration(
    arguments: argparse.Namespace, console: Console
) -> subprocess.Popen[bytes]:
    """Set up what the first page needs; the rest loads in a process of its own."""
    from quasimarket.cli.demonstration.organisations import begin_demonstration

    sign_ins = begin_demonstration(arguments.state)
    _show_sign_ins(sign_ins, console)
    console.print(
        f"These, and the rest as they load: {arguments.state / 'sign-ins.json'}. "
        "This is a demonstration: nobody in it is real.",
        soft_wrap=True,
    )
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "quasimarket.cli.main",
            "demo",
            f"--state={arguments.state}",
            f"--people={arguments.people}",
            f"--to={arguments.to}",
        ],
        preexec_fn=_end_with_parent,
    )


def _show_sign_ins(sign_ins: Sequence[SignIn], console: Console) -> None:
    """Print how each role signs in; never cut short, since it is to be copied."""
    console.print("Sign in with one of these; the secret is for an authenticator app.")
    for one in sign_ins:
        console.print(f"{one.role:16} {one.email}", soft_wrap=True)
        console.print(f"{'':16} {one.password}  {one.totp_secret}", soft_wrap=True)


def _leave(number: int, frame: FrameType | None) -> None:
    """End as Ctrl-C ends it, so that nothing is left running."""
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed outright."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stay(
    children: list[subprocess.Popen[bytes]],
    start_jobs: Callable[[], subprocess.Popen[bytes]],
) -> int:
    """Wait until the pages stop, or somebody stops us; a dead worker is replaced."""
    pages = children[0]
    replaced_at = time.monotonic()
    try:
        while pages.poll() is None:
            is_time = time.monotonic() - replaced_at > SECONDS_BETWEEN_WORKERS
            if children[1].poll() is not None and is_time:
                children[1] = start_jobs()
                replaced_at = time.monotonic()
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    return pages.returncode or 1


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
