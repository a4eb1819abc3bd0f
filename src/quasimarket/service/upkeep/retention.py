"""Really delete what was kept long enough, the files as well."""

from datetime import timedelta

from django.db import connection

from quasimarket.service.acting import clock
from quasimarket.service.acting.doing import Doing
from quasimarket.service.participation import documents
from quasimarket.service.participation.models import Document
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.upkeep.register import AFTER_THE_COURSE


def retain() -> int:
    """Forget what the register says is past its time; give how many participations.

    Rows go in one transaction, files after it. If that is broken off between the two,
    the files stay, without a row that says whose they are.
    """
    with acting_as(SYSTEM):
        now = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT participations, digests FROM upkeep_forget(%s, %s, 0, '{}')",
                [now.date() - timedelta(days=AFTER_THE_COURSE), now],
            )
            participations, digests = cursor.fetchone()
        still = set(
            Document.objects.filter(digest__in=digests).values_list("digest", flat=True)
        )
        doing = Doing(actor=SYSTEM, act="retention", now=now, audience="commissioner")
        doing.record("retention", details={"participations": participations})
        doing.write()
    for digest in set(digests) - still:
        documents.forget(digest)
    return int(participations)
