"""What the database itself holds about sign-ins: two people, and who had a hand in one.

A sign-in with a commissioner's role is made, mended or let in again only where one
person asked and another confirmed. Every making and mending leaves a row of who did it,
and nobody decides what was asked with a sign-in that they had a hand in.

Where two people are no longer left who could, whoever runs the machine lets one in, or
makes one, with the owner's own connection, which the service never has; the row then
says 0, nobody of the programme's people.
"""

from quasimarket.service.database.policies import (
    OWNER,
    SEES_ALL,
    USER,
    function,
    policy,
    roles,
    trigger,
)
from quasimarket.service.people.roles import COMMISSIONER_ROLES


FIRST_SIGN_INS = 2
"""How many of the commissioner's sign-ins are made when a programme begins."""
MAY_BE_READ = (
    "id, last_login, email, name, organisation_id, role, is_active, acts_from, "
    "acts_until, accepted_conduct, was_given_secret"
)
"""Every column of a person but the password's hash."""
_COMMISSIONER = roles(*COMMISSIONER_ROLES)
_ASKED = (
    "id, reference, kind, user_id, name, email, role, organisation_id, lost, "
    "asked_by, asked_at, used_in"
)


def _columns(row: str, names: str) -> str:
    return "(" + ", ".join(f"{row}.{name.strip()}" for name in names.split(",")) + ")"


_OTHERS = "email, name, role, organisation_id, acts_from, acts_until"
"""What nobody changes of their own sign-in."""
FUNCTIONS = (
    function(
        "people_password(subject bigint)",
        "text",
        """
        DECLARE parts text[] := scope_parts(); found text;
        BEGIN
            IF parts[1] = 'sign-in' OR scope_user() = subject THEN
                SELECT password INTO found FROM people_user WHERE id = subject;
            END IF;
            RETURN found;
        END
        """,
        volatility="STABLE",
    ),
    function(
        "people_is_commissioners(organisation text)",
        "boolean",
        """
        BEGIN
            RETURN EXISTS (SELECT 1 FROM people_organisation o
                WHERE o.id = organisation AND o.kind = 'commissioner');
        END
        """,
        volatility="STABLE",
    ),
    # A demonstration's people are made by the programme; a live one's first two too,
    # and nobody after them.
    function(
        "people_begins()",
        "boolean",
        f"""
        BEGIN
            IF scope_role() <> 'system' THEN RETURN false; END IF;
            RETURN EXISTS (SELECT 1 FROM programme_programme WHERE is_demonstration)
                OR (SELECT count(*) FROM people_user u
                    JOIN people_organisation o ON o.id = u.organisation_id
                    WHERE o.kind = 'commissioner') < {FIRST_SIGN_INS};
        END
        """,
        volatility="STABLE",
    ),
    # The role that signed in, whatever the function's rights: the service's is another.
    function(
        "people_is_operator()",
        "boolean",
        f"""
        DECLARE parts text[] := scope_parts();
        BEGIN
            RETURN parts[1] = 'operator' AND session_user = '{OWNER}';
        END
        """,
        volatility="STABLE",
    ),
    function(
        "people_guard_sign_in()",
        "trigger",
        f"""
        DECLARE
            parts text[] := scope_parts();
            doer bigint := scope_user();
            others boolean := true;
            secret boolean := true;
            returns boolean := false;
            asked people_signinrequest%ROWTYPE;
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                others := {_columns("NEW", _OTHERS)} IS DISTINCT FROM
                    {_columns("OLD", _OTHERS)};
                secret := (NEW.password, NEW.was_given_secret) IS DISTINCT FROM
                    (OLD.password, OLD.was_given_secret);
                returns := NEW.is_active AND NOT OLD.is_active;
                IF NOT (others OR secret OR returns) THEN RETURN NEW; END IF;
                IF doer = NEW.id AND NOT (others OR returns) THEN
                    RETURN NEW;
                END IF;
            END IF;
            IF people_is_operator() AND NEW.was_given_secret
                    AND (TG_OP = 'INSERT' AND NEW.role = 'contract-manager'
                        OR TG_OP = 'UPDATE' AND NOT others) THEN
                INSERT INTO people_signinhand (user_id, by, at)
                VALUES (NEW.id, doer, clock_timestamp());
                RETURN NEW;
            END IF;
            IF doer = NEW.id OR parts[1] NOT IN ('user', 'system') THEN
                RAISE EXCEPTION 'nobody changes their own sign-in but its password'
                    USING ERRCODE = '42501';
            END IF;
            IF NOT people_is_commissioners(NEW.organisation_id) AND (TG_OP = 'INSERT'
                    OR NOT people_is_commissioners(OLD.organisation_id)) THEN
                IF doer <> 0 THEN
                    INSERT INTO people_signinhand (user_id, by, at)
                    VALUES (NEW.id, doer, clock_timestamp());
                END IF;
                RETURN NEW;
            END IF;
            IF people_begins() THEN RETURN NEW; END IF;
            SELECT r.* INTO asked FROM people_signinrequest r
            JOIN people_user u ON u.id = r.asked_by AND u.is_active
            WHERE r.state = 'confirmed' AND r.used_in IS NULL
                AND r.decided_by = doer AND doer <> 0 AND r.asked_by <> doer
                AND CASE r.kind
                    WHEN 'make' THEN TG_OP = 'INSERT'
                        AND (r.email, r.name, r.role, r.organisation_id) =
                            (NEW.email, NEW.name, NEW.role, NEW.organisation_id)
                    WHEN 'mend' THEN TG_OP = 'UPDATE' AND r.user_id = NEW.id
                        AND NOT others AND NOT returns
                    ELSE TG_OP = 'UPDATE' AND r.user_id = NEW.id
                        AND NOT others AND NOT secret END
            LIMIT 1;
            IF asked.id IS NULL THEN
                RAISE EXCEPTION 'a sign-in of the commissioner''s is asked for by one '
                    'person and confirmed by another' USING ERRCODE = '23514',
                    CONSTRAINT = 'sign_in_two_people';
            END IF;
            UPDATE people_signinrequest SET user_id = NEW.id,
                used_in = pg_current_xact_id()::text::bigint WHERE id = asked.id;
            INSERT INTO people_signinhand (user_id, by, also_by, at)
            VALUES (NEW.id, asked.asked_by, asked.decided_by, clock_timestamp());
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
    function(
        "people_guard_app()",
        "trigger",
        """
        DECLARE parts text[] := scope_parts(); holder bigint; place text;
        BEGIN
            IF TG_OP <> 'INSERT' THEN holder := OLD.user_id; END IF;
            IF TG_OP <> 'DELETE' THEN
                IF TG_OP = 'UPDATE' AND (NEW.user_id <> OLD.user_id
                        OR NEW.type <> OLD.type
                        OR OLD.type = 'totp' AND NEW.data <> OLD.data) THEN
                    RAISE EXCEPTION 'an authenticator app is taken away, not changed'
                        USING ERRCODE = '42501';
                END IF;
                holder := NEW.user_id;
            END IF;
            IF scope_user() = holder OR TG_OP = 'UPDATE' AND parts[1] = 'sign-in'
                    OR TG_OP = 'DELETE' AND people_is_operator() THEN
                RETURN coalesce(NEW, OLD);
            END IF;
            IF scope_role() <> 'system' THEN
                RAISE EXCEPTION 'an authenticator app is its own person''s'
                    USING ERRCODE = '42501';
            END IF;
            SELECT organisation_id INTO place FROM people_user WHERE id = holder;
            IF NOT people_is_commissioners(place) OR people_begins() OR (
                    TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM people_signinrequest r
                    WHERE r.user_id = holder AND r.kind = 'mend'
                    AND r.lost = 'authenticator-app'
                    AND r.used_in = pg_current_xact_id()::text::bigint)) THEN
                RETURN coalesce(NEW, OLD);
            END IF;
            RAISE EXCEPTION 'a sign-in of the commissioner''s is mended by two people'
                USING ERRCODE = '23514', CONSTRAINT = 'sign_in_two_people';
        END
        """,
        volatility="VOLATILE",
    ),
    # Not with the owner's rights: so it knows the guard above, which has them.
    f"""
    CREATE OR REPLACE FUNCTION people_guard_request() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
    BEGIN
        IF current_user = '{OWNER}' THEN RETURN NEW; END IF;
        IF TG_OP = 'INSERT' AND NEW.state = 'asked' AND NEW.decided_by IS NULL
                AND NEW.used_in IS NULL AND scope_user() IN (NEW.asked_by)
                AND scope_user() <> 0 THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND ((NEW.decided_by, NEW.decided_at, NEW.state) =
                    (OLD.decided_by, OLD.decided_at, OLD.state)
                OR OLD.state = 'asked' AND NEW.decided_by = scope_user()
                AND scope_user() <> 0
                AND NEW.decided_by IS DISTINCT FROM NEW.user_id)
            AND {_columns("NEW", _ASKED)} IS NOT DISTINCT FROM
                {_columns("OLD", _ASKED)} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a sign-in is asked for and confirmed in one''s own name'
            USING ERRCODE = '42501';
    END $body$
    """,
    function(
        "people_person_behind(actor bigint)",
        "bigint",
        """
        BEGIN
            IF actor >= 0 THEN RETURN actor; END IF;
            RETURN coalesce(
                (SELECT made_by_id FROM people_apikey WHERE id = -actor), actor);
        END
        """,
        volatility="STABLE",
    ),
    # One had a hand in the other's; or, within one organisation, one person alone
    # made both. The programme itself, 0, is not the operator, who is 0 there too.
    function(
        "people_one_keeps_the_other(one bigint, other bigint)",
        "boolean",
        """
        BEGIN
            RETURN EXISTS (SELECT 1 FROM people_signinhand h
                WHERE h.by <> 0
                AND (h.user_id = one AND other IN (h.by, h.also_by)
                    OR h.user_id = other AND one IN (h.by, h.also_by)))
            OR EXISTS (SELECT 1 FROM people_signinhand a
                JOIN people_signinhand b ON b.by = a.by
                JOIN people_user first ON first.id = a.user_id
                JOIN people_user second ON second.id = b.user_id
                WHERE a.user_id = one AND b.user_id = other
                AND a.also_by IS NULL AND b.also_by IS NULL
                AND first.organisation_id = second.organisation_id);
        END
        """,
        volatility="STABLE",
    ),
    function(
        "people_refuse_kept()",
        "trigger",
        """
        DECLARE
            asker bigint := to_jsonb(NEW) ->> TG_ARGV[0];
            decider bigint := to_jsonb(NEW) ->> TG_ARGV[1];
        BEGIN
            IF decider IS NULL OR TG_OP = 'UPDATE'
                    AND decider::text IS NOT DISTINCT FROM
                        to_jsonb(OLD) ->> TG_ARGV[1] THEN
                RETURN NEW;
            END IF;
            IF asker > 0 AND asker = decider THEN
                RAISE EXCEPTION 'four_eyes: nobody decides what they asked for'
                    USING ERRCODE = '23514', CONSTRAINT = 'four_eyes';
            END IF;
            asker := people_person_behind(asker);
            decider := people_person_behind(decider);
            IF asker > 0 AND asker = decider
                    OR people_one_keeps_the_other(asker, decider) THEN
                RAISE EXCEPTION 'one of the two sign-ins was made or mended by the '
                    'other, or both by one person' USING ERRCODE = '23514',
                    CONSTRAINT = 'sign_in_kept';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
)


def two_sign_ins(table: str, asked: str, decided: str) -> tuple[str, ...]:
    """Give the statements that keep a table's two people apart by their sign-ins too.

    Args:
        table: the table.
        asked: its column of who asked.
        decided: its column of who decided.
    """
    return trigger(
        table,
        "two_sign_ins",
        "BEFORE INSERT OR UPDATE",
        f"people_refuse_kept('{asked}', '{decided}')",
    )


STATEMENTS = (
    *FUNCTIONS,
    f"GRANT SELECT ({MAY_BE_READ}) ON people_user TO quasimarket_app",
    *policy(
        "people_signinrequest",
        f"{SEES_ALL} OR {_COMMISSIONER}",
        check=_COMMISSIONER,
    ),
    *policy("people_signinhand", "false", writes=""),
    *policy(
        "mfa_authenticator",
        f"user_id = {USER} OR " + roles("sign-in", "system"),
        writes="SELECT, INSERT, UPDATE, DELETE",
    ),
    *trigger(
        "people_user", "guard", "BEFORE INSERT OR UPDATE", "people_guard_sign_in()"
    ),
    *trigger(
        "people_signinrequest",
        "guard",
        "BEFORE INSERT OR UPDATE",
        "people_guard_request()",
    ),
    *trigger(
        "mfa_authenticator",
        "guard",
        "BEFORE INSERT OR UPDATE OR DELETE",
        "people_guard_app()",
    ),
)
