"""Nobody waits for the service's modules: a worker has them before it is asked."""

import json
import os
import subprocess
import sys


ASKED = """
import json, sys
import quasimarket.service.wsgi
before = set(sys.modules)
from django.urls import resolve, reverse
found = resolve("/accounts/login/").url_name, reverse("pages:act", args=["x"])
print(json.dumps([found, sorted(set(sys.modules) - before)]))
"""


def test_worker_has_every_address_before_the_first_is_asked_for():
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QUASIMARKET_SECRET_KEY": "for this test alone"},
    )

    found, imported_late = json.loads(done.stdout)
    assert found == ["account_login", "/do/x/"]
    assert imported_late == []
