"""Who may see the chain: a subcontractor its own places, a prime its whole chain."""

from quasimarket.service.database.policies import (
    CONTRACTS,
    IS_SYSTEM,
    ORGANISATION,
    POSITIONS,
    SEES_ALL,
    function,
    in_chain,
    policy,
    roles,
    trigger,
)
from quasimarket.service.people.sign_in_guards import two_sign_ins


_OVERSEERS = roles("policy", "merlin-assessor", "sign-in")
STATEMENTS = (
    "CREATE SEQUENCE IF NOT EXISTS programme_referral_number",
    *policy("programme_programme", "true", check=f"{IS_SYSTEM}"),
    *policy("programme_allocationseed", IS_SYSTEM, writes="SELECT, INSERT"),
    *policy(
        "programme_contract",
        "true",
        check=f"{IS_SYSTEM} OR " + roles("contract-manager"),
    ),
    *policy(
        "programme_marketshare",
        f"{SEES_ALL} OR contract_id = ANY ({CONTRACTS}::text[]) OR {_OVERSEERS}",
        check=f"{IS_SYSTEM} OR " + roles("contract-manager"),
    ),
    *policy(
        "programme_position",
        f"{SEES_ALL} OR contract_id = ANY ({CONTRACTS}::text[]) "
        f"OR organisation_id = {ORGANISATION} OR {_OVERSEERS} "
        f"OR id = ANY ({POSITIONS}::text[])",
        check=f"{IS_SYSTEM} OR contract_id = ANY ({CONTRACTS}::text[]) OR "
        + roles("contract-manager"),
    ),
    *policy(
        "programme_terms",
        in_chain() + " OR " + roles("merlin-assessor"),
        check=f"{IS_SYSTEM} OR {in_chain()}",
    ),
    function(
        "programme_stays_live()",
        "trigger",
        """
        BEGIN
            IF NEW.is_demonstration AND NOT OLD.is_demonstration THEN
                RAISE EXCEPTION 'a live programme becomes no demonstration'
                    USING ERRCODE = '42501';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
    # In a demonstration the programme makes sign-ins for everybody who looks round.
    *trigger(
        "programme_programme",
        "stays_live",
        "BEFORE UPDATE OF is_demonstration",
        "programme_stays_live()",
    ),
    *two_sign_ins("programme_terms", "proposed_by", "agreed_by"),
)
"""Contracts and their primes were published; places in a chain are the prime's."""
