"""Who may see money: a prime its contracts, a place what is passed to it, no more.

What a prime is paid for a participant is not shown to its subcontractors, nor one
subcontractor's statement to another. Until a run is approved, providers see none of it.
"""

from quasimarket.service.acting.machine import statements_of
from quasimarket.service.claims.security import NOT_HIDDEN
from quasimarket.service.database.policies import (
    CONTRACTS,
    IS_SYSTEM,
    ORGANISATION,
    OWNER,
    POSITIONS,
    SEES_ALL,
    function,
    policy,
    roles,
    trigger,
)
from quasimarket.service.payments.states import MACHINES
from quasimarket.service.people.sign_in_guards import two_sign_ins


_RELEASED = "state IN ('approved', 'exported', 'confirmed')"
_MONEY = roles("prime-manager", "prime-finance", "sub-manager", "sub-finance")
_MINE = f"contract_id = ANY ({CONTRACTS}::text[]) AND {_MONEY}"
_PASSED_TO_ME = f"position_id = ANY ({POSITIONS}::text[]) AND {_MONEY}"
_PAYS = roles("payment", "contract-manager", "system")


def _released(table: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM payments_paymentrun r WHERE r.id = {table}.run_id "
        f"AND r.{_RELEASED})"
    )


def _of_run(table: str, mine: str) -> str:
    return f"{SEES_ALL} OR ({mine}) AND {_released(table)}"


_NOBODY_HIDDEN = (
    f"(participation_id IS NULL OR {SEES_ALL} OR participation_id {NOT_HIDDEN})"
)
_SAMPLE_SEEN = (
    "EXISTS (SELECT 1 FROM payments_sample s WHERE s.id = "
    "payments_sampleitem.sample_id)"
)
_SAME_PLACE = "AND l.position_id = r.position_id"
_RESTORED = """
            SELECT array_agg(id) INTO restored FROM (
                SELECT DISTINCT ON (r.id) l.id FROM {lines} r JOIN {lines} l
                ON l.participation_id = r.participation_id AND l.kind = r.kind
                    AND l.number = r.number AND l.earned = r.earned
                    AND l.amount = -r.amount AND l.contract_id = r.contract_id {also}
                    AND NOT l.is_reversal AND l.run_id <> discarded
                WHERE r.run_id = discarded AND r.is_reversal
                ORDER BY r.id, l.id DESC) s;
            DELETE FROM {lines} WHERE run_id = discarded;
            UPDATE {lines} SET stands = true WHERE id = ANY (restored);"""
STATEMENTS = (
    *policy("payments_paymentrun", f"{SEES_ALL} OR {_RELEASED}", check=_PAYS),
    *policy(
        "payments_paymentline",
        f"({_of_run('payments_paymentline', _MINE)}) AND {_NOBODY_HIDDEN}",
        check=IS_SYSTEM,
    ),
    *policy(
        "payments_passedline",
        f"({_of_run('payments_passedline', f'({_MINE}) OR ({_PASSED_TO_ME})')}) "
        f"AND {_NOBODY_HIDDEN}",
        check=IS_SYSTEM,
    ),
    *policy(
        "payments_statement",
        _of_run(
            "payments_statement",
            f"({_MINE}) OR ({_PASSED_TO_ME} AND position_id IS NOT NULL)",
        ),
        check=IS_SYSTEM,
    ),
    *policy("payments_posting", SEES_ALL, check=IS_SYSTEM),
    *policy(
        "payments_payment",
        f"{SEES_ALL} OR (payee_id = {ORGANISATION} OR payer_id = {ORGANISATION}) "
        f"AND {_MONEY} AND {_released('payments_payment')}",
        check=IS_SYSTEM,
    ),
    *policy(
        "payments_runfile",
        f"{SEES_ALL} OR payer_id = {ORGANISATION} "
        f"AND {roles('prime-finance')} AND {_released('payments_runfile')}",
        check=IS_SYSTEM,
    ),
    *policy(
        "payments_bankdetails",
        f"{roles('payment', 'assurance', 'auditor', 'system')} "
        f"OR organisation_id = {ORGANISATION} AND {_MONEY}",
        check=f"{roles('payment', 'system')} "
        f"OR organisation_id = {ORGANISATION} AND {_MONEY}",
    ),
    *policy(
        "payments_sample",
        f"{SEES_ALL} OR contract_id = ANY ({CONTRACTS}::text[]) AND {_MONEY}",
        check=roles("assurance", "payment", "system"),
    ),
    *policy("payments_sampleseed", IS_SYSTEM),
    *policy(
        "payments_sampleitem",
        f"({SEES_ALL} OR {_SAMPLE_SEEN})",
        check=roles("assurance", "payment", "system"),
    ),
    *policy(
        "payments_recovery",
        f"{SEES_ALL} OR contract_id = ANY ({CONTRACTS}::text[]) AND {_MONEY} "
        "AND state = 'approved'",
        check=roles("assurance", "payment", "contract-manager", "system"),
    ),
    f"""
    CREATE OR REPLACE FUNCTION payments_refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
    BEGIN
        IF to_jsonb(NEW) - 'stands' = to_jsonb(OLD) - 'stands'
                AND (OLD.stands AND NOT NEW.stands OR current_user = '{OWNER}') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a line is never changed' USING ERRCODE = '42501';
    END $body$
    """,
    *trigger(
        "payments_paymentline", "keep", "BEFORE UPDATE", "payments_refuse_change()"
    ),
    *trigger(
        "payments_passedline", "keep", "BEFORE UPDATE", "payments_refuse_change()"
    ),
    function(
        "payments_refuse_file_change()",
        "trigger",
        "BEGIN RAISE EXCEPTION 'a file that was made is never changed' "
        "USING ERRCODE = '42501'; END",
        volatility="VOLATILE",
    ),
    *trigger(
        "payments_runfile", "keep", "BEFORE UPDATE", "payments_refuse_file_change()"
    ),
    function(
        "payments_balance()",
        "trigger",
        """
        BEGIN
            IF (SELECT sum(amount) FROM payments_posting
                    WHERE run_id = NEW.run_id AND entry = NEW.entry) <> 0 THEN
                RAISE EXCEPTION 'ledger entry % does not balance', NEW.entry
                    USING ERRCODE = '23514';
            END IF;
            RETURN NULL;
        END
        """,
        volatility="VOLATILE",
    ),
    "DROP TRIGGER IF EXISTS balance ON payments_posting",
    "CREATE CONSTRAINT TRIGGER balance AFTER INSERT OR UPDATE ON payments_posting "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_balance()",
    function(
        "payments_discard(discarded bigint)",
        "void",
        f"""
        DECLARE its_state text; restored bigint[];
        BEGIN
            SELECT state INTO its_state FROM payments_paymentrun WHERE id = discarded;
            IF its_state IS DISTINCT FROM 'cancelled'
                    OR scope_role() NOT IN
                    ('payment', 'contract-manager', 'system') THEN
                RAISE EXCEPTION 'only a cancelled run is discarded'
                    USING ERRCODE = '42501';
            END IF;
{_RESTORED.format(lines="payments_paymentline", also="")}
            {_RESTORED.format(lines="payments_passedline", also=_SAME_PLACE)}
            DELETE FROM payments_payment WHERE run_id = discarded;
            DELETE FROM payments_posting WHERE run_id = discarded;
            DELETE FROM payments_statement WHERE run_id = discarded;
        END
        """,
        volatility="VOLATILE",
    ),
    *two_sign_ins("payments_paymentrun", "prepared_by", "approved_by"),
    *two_sign_ins("payments_bankdetails", "requested_by", "approved_by"),
    *two_sign_ins("payments_recovery", "requested_by", "decided_by"),
    *statements_of(MACHINES),
)
