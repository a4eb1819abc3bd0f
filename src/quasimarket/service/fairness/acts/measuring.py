"""Ask for the programme to be measured from its own log."""

from typing import ClassVar

from quasimarket.service.acting.act import Act, act
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.measurement import BEGUN, going_on
from quasimarket.service.fairness.models import ProgrammeMeasure
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.roles import Role


@act(
    name="measure-programme",
    title="Measure creaming, parking, pressure and convergence",
    by=(Role.CONTRACT_MANAGER, Role.ASSURANCE),
)
class MeasureProgramme(Act):
    """Work the measures of insight out from the log as it stands, with intervals.

    The commissioner sees the programme's; each place its own. It takes some minutes:
    the page of insight says when it is done.
    """

    listed_at: ClassVar[str] = "/insight/"

    def do(self, doing: Doing, subject: None) -> None:
        """Leave the measuring to the worker."""
        if ProgrammeMeasure.objects.filter(as_of=doing.today).exists():
            raise refuse("measured-already", "Today's measures are there already.")
        if going_on() is not None:
            raise refuse(
                "being-measured",
                "The programme is being measured.",
                remedy="Its measures will be on the page of insight.",
            )
        if not LogEvent.objects.filter(kind="referred").exists():
            raise refuse("nobody-referred", "Nobody has been referred yet.")
        doing.record(BEGUN, audience="commissioner")
        _leave_to_worker(doing.actor.kind, doing.actor.id)


def _leave_to_worker(kind: str, identity: int) -> None:
    from quasimarket.service.fairness.tasks import measure

    measure.defer(asker_kind=kind, asker=identity)
