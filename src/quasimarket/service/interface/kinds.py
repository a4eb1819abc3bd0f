"""Every kind of event that the log knows, by the name it has there.

Those of `quasimarket.events` are shared with simulated runs; the others are what the
service alone writes down, a few of them under the name of the act.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from quasimarket.events.event import EventKind
from quasimarket.events.organisation_event import OrganisationEventKind


OF_THE_SERVICE = (
    "accept-conduct", "add-webhook", "apply-referral-version", "approve-bank-details",
    "approve-payment-run", "assessment-decided", "assessment-opened", "assign-adviser",
    "audit-report-demanded", "audit-report-filed", "audit-report-reviewed",
    "begin-payment-run", "breach-declared", "breach-dropped", "breach-proposed",
    "breach-remedied", "bring-in-feed", "cancel-payment-run", "change-bank-details",
    "change-circumstances", "commit-sample", "complaint-accepted",
    "complaint-answered", "complaint-appealed", "complaint-decided",
    "complaint-referred", "conclude-sample", "confirm-payment-run", "confirm-referral",
    "confirm-sign-in", "contact-withheld", "directive-amended", "directive-upheld",
    "disclosure-closed", "disclosure-made", "disclosure-noted", "disclosure-taken-up",
    "dispute-rejection", "draw-sample", "end-api-key", "end-webhook",
    "ending-proposed", "ending-refused", "export-payment-run", "freeze-sample",
    "give-sign-in", "import-news", "import-referrals", "league-audience-chosen",
    "league-published", "let-in", "lift-restriction", "make-api-key", "make-manager",
    "make-sign-in",
    "measure-programme", "mend-sign-in", "note-sample-result", "notice-issued",
    "organisation-registered", "pass-document", "place-activated", "plan-action-added",
    "plan-moved", "prepare-payment-run", "principle-scored", "programme-measured",
    "programme-measuring", "programme-not-measured", "query-referral", "recomplied",
    "record-completer-interview", "record-exit-report", "record-result",
    "referral-version", "refuse-bank-details", "refuse-recovery", "refuse-sign-in",
    "request-adjustment", "request-clawback", "request-contested",
    "request-extrapolation", "request-ruled", "request-withdrawn", "restrict-case",
    "resume-sign-in", "resume-webhook", "retain-referral-version", "retention",
    "safeguarding-checked", "safeguarding-signed", "service-offer-published",
    "share-shift-refused", "share-shifts-proposed", "stop-document",
    "stop-payment-run", "suspend-sign-in", "terms-proposed", "uphold-rejection",
    "upload-evidence", "verify-payment-run",
)  # fmt: skip
KINDS: tuple[str, ...] = tuple(
    sorted(
        {*map(str, EventKind), *map(str, OrganisationEventKind), *OF_THE_SERVICE},
    )
)


def unknown(kinds: Iterable[str]) -> list[str]:
    """List what no kind of event is called."""
    return [one for one in kinds if one not in KINDS]


def remedy_for(kinds: Iterable[str]) -> str:
    """Say which kinds there are, those first that were perhaps meant."""
    meant = dict.fromkeys(
        name
        for one in kinds
        for name in get_close_matches(one.lower().replace(" ", "-"), KINDS, n=2)
    )
    perhaps = f"Perhaps {' or '.join(meant)}. " if meant else ""
    return f"{perhaps}The kinds there are: {', '.join(KINDS)}."
