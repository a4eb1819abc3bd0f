"""The courses of requests, directives, complaints, doubts and the rest, as tables."""

from quasimarket.service.acting.machine import Machine, Move


REQUEST = Machine(
    name="information-request",
    table="fairness_informationrequest",
    column="state",
    first=("asked", "answered"),
    moves=(
        Move(act="answer-request", before=("asked", "upheld"), after="answered"),
        Move(act="contest-request", before=("asked",), after="contested"),
        Move(act="withdraw-request", before=("asked", "contested"), after="withdrawn"),
        Move(act="find-request-fair", before=("contested",), after="upheld"),
        Move(act="find-request-unfair", before=("contested",), after="unreasonable"),
    ),
    meanings=(
        ("asked", "An answer is awaited"),
        ("answered", "Answered, and the answer stands for the next who asks the same"),
        ("contested", "The one asked says that it is unreasonable; nothing is due"),
        ("upheld", "Found reasonable: an answer is due by the new date"),
        ("unreasonable", "Found unreasonable: it counts against the asker"),
        ("withdrawn", "The asker took it back"),
    ),
)
OPEN_DIRECTIVE = ("issued", "negotiating", "contested")
DIRECTIVE = Machine(
    name="directive",
    table="fairness_directive",
    column="state",
    first=("issued",),
    moves=(
        Move(
            act="accept-directive", before=("issued", "negotiating"), after="accepted"
        ),
        Move(act="negotiate-directive", before=("issued",), after="negotiating"),
        Move(act="amend-directive", before=("negotiating",), after="issued"),
        Move(
            act="contest-directive", before=("issued", "negotiating"), after="contested"
        ),
        Move(
            act="set-aside-by-rulebook",
            before=("issued", "negotiating"),
            after="set-aside",
        ),
        Move(act="let-directive-stand", before=("contested",), after="stands"),
        Move(act="set-directive-aside", before=("contested",), after="set-aside"),
        Move(act="withdraw-directive", before=OPEN_DIRECTIVE, after="withdrawn"),
    ),
    meanings=(
        ("issued", "The place has yet to answer"),
        ("negotiating", "The place asked for it to be changed"),
        ("contested", "The place cites the contract against it; it is suspended"),
        ("accepted", "The place follows it"),
        ("stands", "The commissioner found that the contract allows it"),
        ("set-aside", "The contract does not allow it"),
        ("withdrawn", "The prime took it back"),
    ),
)
IN_STAGE = ("raised", "answered", "with-merlin", "merlin", "decided", "with-examiner")
COMPLAINT = Machine(
    name="complaint",
    table="fairness_complaint",
    column="state",
    first=("raised", "with-merlin"),
    moves=(
        Move(act="answer-complaint", before=("raised",), after="answered"),
        Move(act="accept-answer", before=("answered",), after="settled"),
        Move(act="refer-to-merlin", before=("raised", "answered"), after="with-merlin"),
        Move(act="find-merlin-matter", before=("with-merlin",), after="merlin"),
        Move(act="find-commercial-matter", before=("with-merlin",), after="commercial"),
        Move(act="decide-complaint", before=("merlin",), after="decided"),
        Move(act="appeal-decision", before=("decided",), after="with-examiner"),
        Move(act="decide-appeal", before=("with-examiner",), after="closed"),
        Move(act="close-complaint", before=("decided",), after="closed"),
        Move(act="withdraw-complaint", before=IN_STAGE, after="withdrawn"),
    ),
    meanings=(
        ("raised", "Stage 1: the prime's own dispute procedure"),
        ("answered", "The prime has answered; the complainant may accept or go on"),
        ("settled", "The complainant accepted the answer"),
        ("with-merlin", "Stage 2: the Merlin team says whether it is theirs"),
        ("merlin", "The Merlin team looks into it"),
        ("commercial", "A commercial matter, for the contract's own dispute clause"),
        ("decided", "The Merlin team has decided; either side may appeal"),
        ("with-examiner", "Stage 3: the independent examiner looks into it"),
        ("closed", "Decided for good"),
        ("withdrawn", "The complainant took it back"),
    ),
)
ASSESSMENT = Machine(
    name="assessment",
    table="fairness_assessment",
    column="state",
    first=("open",),
    moves=(
        Move(act="award-standard", before=("open",), after="awarded"),
        Move(act="refuse-standard", before=("open",), after="not-awarded"),
    ),
    meanings=(
        ("open", "Evidence is gathered"),
        ("awarded", "The prime holds the standard"),
        ("not-awarded", "The prime does not hold the standard"),
    ),
)
BREACH = Machine(
    name="material-breach",
    table="fairness_materialbreach",
    column="state",
    first=("proposed",),
    moves=(
        Move(act="confirm-breach", before=("proposed",), after="open"),
        Move(act="drop-breach", before=("proposed",), after="refused"),
        Move(act="accept-remedy", before=("open",), after="remedied"),
        Move(act="end-contract", before=("open",), after="contract-ended"),
    ),
    meanings=(
        ("proposed", "A second person must confirm it"),
        ("open", "The prime must put it right; its contract cannot gain market share"),
        ("refused", "Not confirmed"),
        ("remedied", "Put right"),
        ("contract-ended", "Not put right: the contract was ended"),
    ),
)
DISCLOSURE = Machine(
    name="disclosure",
    table="fairness_disclosure",
    column="state",
    first=("made",),
    moves=(
        Move(act="take-up-disclosure", before=("made",), after="looked-into"),
        Move(act="close-disclosure", before=("looked-into",), after="closed"),
    ),
    meanings=(
        ("made", "Nobody has taken it up yet"),
        ("looked-into", "Somebody looks into it"),
        ("closed", "It has an outcome"),
    ),
)
AUDIT_REPORT = Machine(
    name="audit-report",
    table="fairness_auditreport",
    column="state",
    first=("demanded", "filed"),
    moves=(
        Move(act="file-report", before=("demanded",), after="filed"),
        Move(act="review-report", before=("filed",), after="reviewed"),
    ),
    meanings=(
        ("demanded", "The provider owes it"),
        ("filed", "The commissioner has it"),
        ("reviewed", "The commissioner has read it"),
    ),
)
DOUBT = Machine(
    name="doubt",
    table="fairness_doubt",
    column="state",
    first=("raised",),
    moves=(
        Move(act="uphold-doubt", before=("raised",), after="upheld"),
        Move(act="dismiss-doubt", before=("raised",), after="dismissed"),
        Move(act="record-compliance", before=("upheld",), after="complied"),
    ),
    meanings=(
        ("raised", "The department's decision maker has yet to decide"),
        ("upheld", "The benefit is stopped for a time"),
        ("dismissed", "Nothing follows"),
        ("complied", "The participant has since done what was required"),
    ),
)
MACHINES = (
    REQUEST,
    DIRECTIVE,
    COMPLAINT,
    ASSESSMENT,
    BREACH,
    DISCLOSURE,
    AUDIT_REPORT,
    DOUBT,
)
