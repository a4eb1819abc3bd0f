"""What the database itself refuses about notices, safeguarding and doubts (T28).

Whoever writes, by whatever door and in whatever order: no doubt without a notice to the
same person that arrived before the day it names, none about a vulnerable person without
a signed safeguarding check, none by a provider whose subcontract leaves doubts to the
agency. What was issued, delivered, signed or raised is not rewritten.
"""

from quasimarket.service.database.policies import function, trigger


def _kept(name: str, columns: tuple[str, ...], *, once: str = "") -> str:
    """Give a trigger's function that keeps columns as they were first written.

    Args:
        name: the function.
        columns: never changed once the row is there.
        once: columns, parted by commas, that may be filled in once and not changed.
    """
    tests = [f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in columns]
    tests += [
        f"(OLD.{one} IS NOT NULL AND NEW.{one} IS DISTINCT FROM OLD.{one})"
        for one in once.split()
    ]
    return function(
        f"{name}()",
        "trigger",
        f"""
        BEGIN
            IF {" OR ".join(tests)} THEN
                RAISE EXCEPTION 'what was written here is not rewritten'
                    USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    )


GUARD = function(
    "fairness_guard_doubt()",
    "trigger",
    """
    DECLARE
        served fairness_notice%ROWTYPE;
        is_vulnerable boolean;
        leaves_to text;
    BEGIN
        SELECT * INTO served FROM fairness_notice n WHERE n.id = NEW.notice_id;
        IF served.id IS NULL OR served.participation_id <> NEW.participation_id THEN
            RAISE EXCEPTION 'there is no notice to this person'
                USING ERRCODE = '23514';
        END IF;
        IF served.delivered_on IS NULL THEN
            RAISE EXCEPTION 'the notice is not known to have arrived'
                USING ERRCODE = '23514';
        END IF;
        IF served.delivered_on > served.must_do_on
                OR NEW.failed_on < served.must_do_on
                OR NEW.raised_on < NEW.failed_on THEN
            RAISE EXCEPTION 'notice, failure and doubt are out of order'
                USING ERRCODE = '23514';
        END IF;
        SELECT person.is_vulnerable INTO is_vulnerable
        FROM participation_participation p
        JOIN participation_person person ON person.id = p.person_id
        WHERE p.id = NEW.participation_id;
        IF coalesce(is_vulnerable, true) AND NOT EXISTS (
                SELECT 1 FROM fairness_safeguardingcheck s
                WHERE s.notice_id = NEW.notice_id
                AND s.participation_id = NEW.participation_id
                AND s.signed_by IS NOT NULL AND s.signed_by <> s.done_by
                AND s.done_on >= NEW.failed_on AND s.signed_on <= NEW.raised_on) THEN
            RAISE EXCEPTION 'the safeguarding steps are not signed for'
                USING ERRCODE = '23514';
        END IF;
        SELECT t.reports_doubts INTO leaves_to FROM programme_terms t
        WHERE t.position_id = NEW.position_id AND t.agreed_by IS NOT NULL
        AND t.first_day <= NEW.raised_on
        ORDER BY t.first_day DESC, t.id DESC LIMIT 1;
        IF coalesce(leaves_to, 'provider') <> NEW.raised_for THEN
            RAISE EXCEPTION 'the subcontract leaves doubts to the %',
                coalesce(leaves_to, 'provider') USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END
    """,
    volatility="VOLATILE",
)
STATEMENTS = (
    GUARD,
    _kept(
        "fairness_keep_notice",
        ("participation_id", "text", "must_do_on", "consequence", "issued_on",
         "issued_by", "sent_by"),
        once="delivered_on",
    ),
    _kept(
        "fairness_keep_check",
        ("participation_id", "notice_id", "steps", "note", "done_on", "done_by"),
        once="signed_by signed_on",
    ),
    _kept(
        "fairness_keep_doubt",
        ("participation_id", "notice_id", "failed_on", "what_happened",
         "reasons_given", "raised_on", "raised_by", "raised_for"),
        once="decided_on decided_by first_day",
    ),
    *trigger(
        "fairness_doubt", "guard_doubt", "BEFORE INSERT", "fairness_guard_doubt()"
    ),
    *trigger("fairness_notice", "keep", "BEFORE UPDATE", "fairness_keep_notice()"),
    *trigger(
        "fairness_safeguardingcheck", "keep", "BEFORE UPDATE", "fairness_keep_check()"
    ),
    *trigger("fairness_doubt", "keep", "BEFORE UPDATE", "fairness_keep_doubt()"),
)  # fmt: skip
