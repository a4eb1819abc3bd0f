"""The courses of a payment run, of bank details and of a recovery."""

from quasimarket.service.acting.machine import Machine, Move


RUN = Machine(
    name="payment-run",
    table="payments_paymentrun",
    column="state",
    first=("preparing",),
    moves=(
        Move(act="prepare-payment-run", before=("preparing",), after="prepared"),
        Move(act="verify-payment-run", before=("prepared",), after="verified"),
        Move(act="stop-payment-run", before=("preparing", "prepared"), after="stopped"),
        Move(act="approve-payment-run", before=("verified",), after="approved"),
        Move(
            act="cancel-payment-run",
            before=("preparing", "prepared", "verified", "stopped"),
            after="cancelled",
        ),
        Move(act="export-payment-run", before=("approved",), after="exported"),
        Move(act="confirm-payment-run", before=("exported",), after="confirmed"),
    ),
    meanings=(
        ("preparing", "Begun; every participant is being settled"),
        ("prepared", "Settled; a sample is being settled again by the plain engine"),
        ("verified", "The two engines agree; a second person is to approve it"),
        ("stopped", "Something does not agree; nothing is paid until it is mended"),
        ("approved", "Approved by a second person; the payment file is to be made"),
        ("exported", "The payment file is made; the bank is to confirm it"),
        ("confirmed", "The bank has paid it"),
        ("cancelled", "Given up before it was approved; nothing of it was paid"),
    ),
)
BANK_DETAILS = Machine(
    name="bank-details",
    table="payments_bankdetails",
    column="state",
    first=("requested",),
    moves=(
        Move(act="approve-bank-details", before=("requested",), after="approved"),
        Move(
            act="refuse-bank-details", before=("requested", "approved"), after="refused"
        ),
    ),
    meanings=(
        ("requested", "Entered; a second person is to approve it"),
        ("approved", "Approved; used once the cooling period is over"),
        ("refused", "Not used"),
    ),
)
RECOVERY = Machine(
    name="recovery",
    table="payments_recovery",
    column="state",
    first=("requested",),
    moves=(
        Move(act="approve-recovery", before=("requested",), after="approved"),
        Move(act="refuse-recovery", before=("requested",), after="refused"),
    ),
    meanings=(
        ("requested", "Asked for; a second person decides"),
        ("approved", "Taken back on the next statement"),
        ("refused", "Not taken back"),
    ),
)
SAMPLE = Machine(
    name="sample",
    table="payments_sample",
    column="state",
    first=("committed",),
    moves=(
        Move(act="freeze-sample", before=("committed",), after="frozen"),
        Move(act="draw-sample", before=("frozen",), after="drawn"),
        Move(act="conclude-sample", before=("drawn",), after="concluded"),
    ),
    meanings=(
        ("committed", "The seed's fingerprint is published; nobody has seen the seed"),
        ("frozen", "The list of claims to draw from is fixed and published"),
        ("drawn", "The seed is published, and the claims that it draws are checked"),
        ("concluded", "Every drawn claim has its result; the error is worked out"),
    ),
)
MACHINES = (RUN, BANK_DETAILS, RECOVERY, SAMPLE)
