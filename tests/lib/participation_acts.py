"""One sound set of answers for each act on a participation, by the act's name."""

from datetime import timedelta

from quasimarket.service.acting.act import ACTS


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def answers(made, world):
    """Give sound answers to every act, for a participant of contract 1."""
    day = made.referred + timedelta(days=2)
    end = made.allotted_end
    return {
        "acknowledge-referral": {"acknowledged_on": day},
        "attach": {"attached_on": day},
        "cancel-referral": {"code": "ineligible", "cancelled_on": day},
        "query-referral": {"code": "ineligible", "queried_on": day, "choice": "Stay"},
        "confirm-referral": {"decided_on": day},
        "complete": {"completed_on": end},
        "allocate": {
            "position": "anchor-place",
            "why": "locality",
            "allocated_on": day,
        },
        "assign-adviser": {"adviser": world.at("prime/prime-adviser").id},
        "agree-action-plan": {"agreed_on": day},
        "record-contact": {"on": day, "purpose": "support", "kind": "telephone"},
        "call-off-specialist": {
            "position": "beacon-place",
            "need": "Housing",
            "asked_on": day,
        },
        "transfer": {
            "position": "anchor-place",
            "has_consent": True,
            "moved_on": day,
            "why": "They moved house",
        },
        "move-contract": {
            "contract": "2",
            "has_consent": True,
            "moved_on": day,
            "why": "The contract ended",
        },
        "change-circumstances": {"changed_on": day, "telephone": "0300 123"},
        "correct-group": {"group": "3", "corrected_on": day, "why": "Wrong box"},
        "start-job": {"first_day": day},
        "end-job": {"spell": "none", "last_day": day},
        "correct-spell": {"spell": "none", "first_day": day, "why": "A payslip"},
        "evidence-employment": {"spell": "none", "got_on": day, "got_how": "Letter"},
        "start-benefit": {"first_day": day},
        "end-benefit": {"spell": "none", "last_day": day},
        "record-reconviction": {"convicted_on": day},
        "upload-evidence": {
            "file": PDF,
            "kind": "payslip",
            "got_on": day,
            "got_how": "By post",
        },
        "record-exit-report": {"written_on": end, "is_signed": True},
        "record-result": {"result": "employed", "recorded_on": end},
        "record-completer-interview": {"held_on": end},
        "restrict-case": {"people": [world.at("prime/prime-manager").id]},
        "lift-restriction": {"why": "No longer needed"},
        "give-sign-in": {"email": f"{made.reference}@example.org"},
        "apply-referral-version": {"number": 1},
        "retain-referral-version": {"number": 1, "why": "Older"},
    }


def _maker(name):
    return lambda made, world: ACTS[name].kind(**answers(made, world)[name])


SOUND = {
    name: _maker(name)
    for name in (
        "acknowledge-referral", "attach", "cancel-referral", "query-referral",
        "confirm-referral", "complete", "allocate", "assign-adviser",
        "agree-action-plan", "record-contact", "call-off-specialist", "transfer",
        "move-contract", "change-circumstances", "correct-group", "start-job",
        "end-job", "correct-spell", "evidence-employment", "start-benefit",
        "end-benefit", "record-reconviction", "upload-evidence",
        "record-exit-report", "record-result", "record-completer-interview",
        "restrict-case",
        "lift-restriction", "give-sign-in", "apply-referral-version",
        "retain-referral-version",
    )
}  # fmt: skip
