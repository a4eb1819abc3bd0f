"""Each organisation's own keys, answers and webhooks, and nobody else's."""

from quasimarket.service.database.policies import (
    IS_SYSTEM,
    ORGANISATION,
    function,
    policy,
)


_OWN = f"organisation_id = {ORGANISATION} OR {IS_SYSTEM}"
STATEMENTS = (
    function(
        "scope_key()",
        "bigint",
        """
        DECLARE parts text[] := scope_parts();
        BEGIN
            RETURN CASE parts[1] WHEN 'key' THEN parts[2]::bigint ELSE 0 END;
        END
        """,
        volatility="STABLE",
    ),
    *policy("interface_answered", f"key_id = (SELECT scope_key()) OR {IS_SYSTEM}"),
    *policy("interface_webhook", _OWN),
)
