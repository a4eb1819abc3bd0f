"""Any order of acts: the state follows the table, and a refusal changes nothing."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Participation, Spell
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.course import participant
from tests.lib.participation_acts import SOUND


ACTS = sorted(set(SOUND) - {"give-sign-in", "upload-evidence"})


def test_any_order_of_acts_keeps_to_the_course(world):
    class Course(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.made = participant("referred")
            self.state = "referred"
            self.before = self.seen()

        def seen(self):
            """Give the case as it stands, with what hangs from it."""
            with acting_as(SYSTEM):
                case = Participation.objects.filter(pk=self.made.pk).values().get()
                spells = list(Spell.objects.filter(participation=self.made).values())
                log = LogEvent.objects.filter(participation=self.made.pk).count()
            return case, spells, log

        @rule(name=st.sampled_from(ACTS))
        def do(self, name):
            expected = {
                move.after
                for move in COURSE.moves
                if move.act == name and self.state in move.before
            }
            try:
                perform(SOUND[name](self.made, world), SYSTEM, self.made.reference)
            except Refusal as refusal:
                codes = {one.code for one in refusal.unmet}
            else:
                codes = set()
            if codes:
                assert expected or codes == {"wrong-state"}
                assert self.seen() == self.before
                return
            after = self.seen()
            assert after[0]["state"] in expected
            assert after[2] > self.before[2]  # every act leaves its row in the log
            self.state, self.before = after[0]["state"], after

        @invariant()
        def dates_stand_in_order(self):
            case = self.before[0]
            assert (
                case["acknowledged"] is None
                or case["acknowledged"] >= (case["referred"])
            )
            if case["attached"]:
                assert case["acknowledged"] is not None
                assert case["referred"] <= case["attached"] <= case["allotted_end"]
            assert (case["state"] == "completed") == (case["completed"] is not None)
            if case["state"] in ("completed", "cancelled"):
                assert case["due_what"] in ("", "interview", "exit-report")

    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
