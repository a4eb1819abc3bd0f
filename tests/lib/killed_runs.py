"""A payment run in a process of its own, which is killed and begun again."""

import os
import subprocess
import sys
import time

from django.conf import settings


PROGRAM = """
import sys
import django
django.setup()
from datetime import UTC, datetime
from quasimarket.core.dates import Month
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.payments.monthly import run_month
print("ready", flush=True)
sys.stdin.readline()
with acting_as(SYSTEM):
    people = [Actor.of_user(User.objects.get(email=one)) for one in sys.argv[2:4]]
run = run_month(
    Month.parse(sys.argv[1]),
    preparer=people[0],
    approver=people[1],
    feeds_are_complete=True,
    sample_size=20,
)
print(run.state, run.content_hash, flush=True)
"""
PAYERS = ("payment@commissioner.example", "payment2@commissioner.example")


def begin(connections, month):
    """Start the process up to where the run begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, month, *PAYERS],
        env={
            **os.environ,
            "QUASIMARKET_DATABASE_APP": connections.app,
            "QUASIMARKET_DATABASE_OWNER": connections.owner,
            "QUASIMARKET_SIGNING_SECRET": connections.signing_secret,
            "QUASIMARKET_SECRET_KEY": settings.SECRET_KEY,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def run_whole(connections, month):
    """Let a run come to its end; give its state, its hash and the seconds it took."""
    process = begin(connections, month)
    started = time.perf_counter()
    said, _ = process.communicate("\n")
    assert process.returncode == 0
    state, content_hash = said.split()
    return state, content_hash, time.perf_counter() - started


def run_killed(connections, month, after):
    """Kill a run so many seconds after it began; it may be over by then."""
    process = begin(connections, month)
    process.stdin.write("\n")
    process.stdin.flush()
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
