"""Ctrl-C waits until a process that is being started has all that it was to be told."""

import os
import signal
import threading

import pytest

from quasimarket.experiments.many_runs import _ctrl_c_later


def interrupted(done):
    """Be interrupted, and go on long enough that Python would have answered it."""
    with _ctrl_c_later():
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(100_000):
            done[0] += 1


def test_ctrl_c_waits_though_another_thread_takes_it():
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    done = [0]
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted(done)
    finally:
        over.set()
        other.join()

    assert done == [100_000]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
