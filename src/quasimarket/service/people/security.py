"""What each organisation may see: the scope functions, and this room's policies.

Every policy of the service asks these functions. They run with the owner's rights and
read the caller's scope, whose signature they check; without one they raise, so that a
forgotten scope is an error and never an empty page.
"""

from quasimarket.service.database.policies import (
    IS_SYSTEM,
    ORGANISATION,
    ROLE,
    SEES_ALL,
    USER,
    function,
    policy,
    roles,
    trigger,
)
from quasimarket.service.people import sign_in_guards
from quasimarket.service.people.roles import COMMISSIONER_ROLES, ROLES_OF, SEES_PEOPLE
from quasimarket.service.people.roles import SEES_ALL as ROLES_THAT_SEE_ALL


_ALL = ", ".join(f"'{role}'" for role in ROLES_THAT_SEE_ALL)
_PEOPLE = ", ".join(f"'{role}'" for role in SEES_PEOPLE)
FUNCTIONS = (
    "CREATE TABLE IF NOT EXISTS scope_secret (secret text NOT NULL)",
    *policy("scope_secret", "false", writes=""),
    function(
        "scope_parts()",
        "text[]",
        """
        DECLARE
            given text := current_setting('app.scope', true);
            parts text[];
            expected text;
        BEGIN
            IF given IS NULL OR given = '' THEN
                RAISE EXCEPTION 'no scope is set' USING ERRCODE = '28000';
            END IF;
            parts := string_to_array(given, '|');
            SELECT encode(sha256(convert_to(
                secret || '|' || parts[1] || '|' || parts[2] || '|' || secret,
                'UTF8')), 'hex')
            INTO expected FROM scope_secret;
            IF expected IS NULL OR parts[3] IS DISTINCT FROM expected THEN
                RAISE EXCEPTION 'the scope is forged' USING ERRCODE = '28000';
            END IF;
            RETURN parts;
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_user()",
        "bigint",
        """
        DECLARE parts text[] := scope_parts();
        BEGIN
            RETURN CASE parts[1] WHEN 'user' THEN parts[2]::bigint ELSE 0 END;
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_role()",
        "text",
        """
        DECLARE parts text[] := scope_parts(); found text;
        BEGIN
            IF parts[1] IN ('system', 'sign-in') THEN RETURN parts[1]; END IF;
            IF parts[1] = 'user' THEN
                SELECT role INTO found FROM people_user
                WHERE id = parts[2]::bigint AND is_active;
            ELSE
                SELECT role INTO found FROM people_apikey
                WHERE id = -parts[2]::bigint AND ended_at IS NULL;
            END IF;
            RETURN coalesce(found, 'nobody');
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_organisation()",
        "text",
        """
        DECLARE parts text[] := scope_parts(); found text;
        BEGIN
            IF parts[1] = 'user' THEN
                SELECT organisation_id INTO found FROM people_user
                WHERE id = parts[2]::bigint AND is_active;
            ELSIF parts[1] = 'key' THEN
                SELECT organisation_id INTO found FROM people_apikey
                WHERE id = -parts[2]::bigint AND ended_at IS NULL;
            END IF;
            RETURN coalesce(found, '');
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_sees_all()",
        "boolean",
        f"""
        DECLARE parts text[] := scope_parts(); today date; ends date; starts date;
        BEGIN
            IF scope_role() NOT IN ({_ALL}) THEN RETURN false; END IF;
            IF scope_role() <> 'auditor' THEN RETURN true; END IF;
            SELECT acts_from, acts_until INTO starts, ends FROM people_user
            WHERE id = parts[2]::bigint;
            SELECT coalesce(p.today, current_date) INTO today
            FROM programme_programme p;
            RETURN coalesce(today BETWEEN starts AND ends, false);
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_sees_people()",
        "boolean",
        f"BEGIN RETURN scope_role() IN ({_PEOPLE}); END",
        volatility="STABLE",
    ),
    function(
        "scope_contracts()",
        "text[]",
        """
        BEGIN
            RETURN coalesce((SELECT array_agg(id::text) FROM programme_contract
                WHERE prime_id = scope_organisation()), '{}');
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_positions()",
        "text[]",
        """
        BEGIN
            RETURN coalesce((SELECT array_agg(id::text) FROM programme_position
                WHERE organisation_id = scope_organisation()), '{}');
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_chain_organisations()",
        "text[]",
        """
        BEGIN
            RETURN coalesce((
                SELECT array_agg(DISTINCT one) FROM (
                    SELECT p.organisation_id::text AS one FROM programme_position p
                    JOIN programme_contract c ON c.id = p.contract_id
                    WHERE c.prime_id = scope_organisation()
                    UNION SELECT c.prime_id::text FROM programme_position p
                    JOIN programme_contract c ON c.id = p.contract_id
                    WHERE p.organisation_id = scope_organisation()
                    UNION SELECT scope_organisation()
                ) AS known), '{}');
        END
        """,
        volatility="STABLE",
    ),
)
"""PL/pgSQL binds names when it runs, so functions may come before their tables."""

_KINDS = ", ".join(
    f"('{kind}', '{role}')" for kind, listed in ROLES_OF.items() for role in listed
)
ROLES_FIT = (
    function(
        "people_refuse_role_of_another_kind()",
        "trigger",
        f"""
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM people_organisation o
                JOIN (VALUES {_KINDS}) AS held (kind, role) ON held.kind = o.kind
                WHERE o.id = NEW.organisation_id AND held.role = NEW.role) THEN
                RAISE EXCEPTION 'the role % is not one of this organisation''s kind',
                    NEW.role USING ERRCODE = '23514', CONSTRAINT = 'role_of_kind';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
    function(
        "people_refuse_kind_change()",
        "trigger",
        """
        BEGIN
            IF NEW.kind <> OLD.kind AND EXISTS (SELECT 1 FROM people_user u
                WHERE u.organisation_id = OLD.id) THEN
                RAISE EXCEPTION 'the kind of an organisation with people stays'
                    USING ERRCODE = '23514', CONSTRAINT = 'keep_kind';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
)
"""A participant's sign-in is never an organisation's, and staff's never theirs."""
_KEEPS_KEYS = f"organisation_id = {ORGANISATION} AND {USER} <> 0 AND " + roles(
    "prime-manager", "sub-manager", "contract-manager", "assurance"
)
"""People who make and end their organisation's keys; a key sees none."""
_MY_CHAIN = "ANY ((SELECT scope_chain_organisations())::text[])"
STATEMENTS = (
    *FUNCTIONS,
    *ROLES_FIT,
    *policy(
        "people_organisation",
        f"{SEES_ALL} OR id = {_MY_CHAIN} OR kind IN ('commissioner', 'assessor') OR "
        + roles("sign-in", "policy", "merlin-assessor"),
        check=f"{IS_SYSTEM} OR " + roles("contract-manager"),
    ),
    *policy(
        "people_user",
        f"{SEES_ALL} OR id = {USER} OR organisation_id = {ORGANISATION} "
        f"AND {ROLE} <> 'participant' OR " + roles("sign-in"),
        check=f"id = {USER} OR {IS_SYSTEM} OR "
        + roles("sign-in", "contract-manager")
        + f" OR organisation_id = {ORGANISATION} AND "
        # whoever of the commissioner confirms a sign-in that another asked for
        + roles("prime-manager", "sub-manager", *COMMISSIONER_ROLES),
        writes="INSERT, UPDATE",  # what may be read of it is granted by columns
    ),
    *policy(
        "people_apikey",
        f"{_KEEPS_KEYS} OR " + roles("sign-in", "system"),
        check=f"{_KEEPS_KEYS} OR {IS_SYSTEM}",
    ),
    # Its kind says which roles its people may have.
    *trigger(
        "people_organisation",
        "keep_kind",
        "BEFORE UPDATE OF kind",
        "people_refuse_kind_change()",
    ),
    *trigger(
        "people_user",
        "role_of_kind",
        "BEFORE INSERT OR UPDATE OF role, organisation_id",
        "people_refuse_role_of_another_kind()",
    ),
    *sign_in_guards.STATEMENTS,
)
