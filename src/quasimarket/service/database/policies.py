"""Row-level security as SQL: what a room's `security.py` is written with."""

OWNER = "quasimarket_owner"
APP = "quasimarket_app"
SECURING = 8_246_014
"""The advisory lock of whoever says who may what in a database: one process starts
while another migrates, and PostgreSQL refuses two who change one grant at once."""


def policy(
    table: str,
    using: str,
    *,
    check: str | None = None,
    writes: str = "SELECT, INSERT, UPDATE",
    owner_writes: bool = True,
) -> tuple[str, ...]:
    """Give the statements that put a table under row-level security.

    Args:
        table: the table.
        using: SQL that says whether the scope may see a row.
        check: SQL that says whether it may write one; as `using` unless given.
        writes: what the service's role may do; rows are deleted by retention alone.
        owner_writes: the owner's functions may use the table.
    """
    check = using if check is None else check
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS scope ON {table}",
        f"CREATE POLICY scope ON {table} TO {APP} USING ({using}) WITH CHECK ({check})",
        f"DROP POLICY IF EXISTS own_functions ON {table}",
        f"REVOKE ALL ON {table} FROM {APP}, PUBLIC",
    ]
    if owner_writes:
        statements.append(
            f"CREATE POLICY own_functions ON {table} TO {OWNER} "
            "USING (current_setting('app.definer', true) = 'on') "
            "WITH CHECK (current_setting('app.definer', true) = 'on')"
        )
    if writes:
        statements.append(f"GRANT {writes} ON {table} TO {APP}")
    return tuple(statements)


def function(signature: str, returns: str, body: str, *, volatility: str) -> str:
    """Give a function that runs with its owner's rights and a pinned search path.

    It opens the policy `own_functions`, which is the owner's alone: whoever connects as
    owner and calls none of these functions sees no row.

    Args:
        signature: name and arguments: "scope_role()".
        returns: the type that it gives.
        body: PL/pgSQL between DECLARE or BEGIN and END.
        volatility: STABLE or VOLATILE.
    """
    return (
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} "
        f"LANGUAGE plpgsql {volatility} SECURITY DEFINER "
        "SET search_path = public, pg_temp AS $body$ BEGIN "
        f"PERFORM set_config('app.definer', 'on', true); {body}; END $body$"
    )


def trigger(
    table: str, name: str, when: str, function_call: str, *, if_row: str = ""
) -> tuple[str, ...]:
    """Give the statements that put a row trigger on a table.

    Args:
        table: the table.
        name: the trigger's name.
        when: "BEFORE UPDATE", "BEFORE INSERT OR UPDATE".
        function_call: "refuse_illegal_move('participation', 'state')".
        if_row: SQL of OLD and NEW without which the function is not called at all.
    """
    condition = f"WHEN ({if_row}) " if if_row else ""
    return (
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {when} ON {table} "
        f"FOR EACH ROW {condition}EXECUTE FUNCTION {function_call}",
    )


SEES_ALL = "(SELECT scope_sees_all())"
ROLE = "(SELECT scope_role())"
USER = "(SELECT scope_user())"
ORGANISATION = "(SELECT scope_organisation())"
CONTRACTS = "(SELECT scope_contracts())"
POSITIONS = "(SELECT scope_positions())"
IS_SYSTEM = f"{ROLE} = 'system'"


def in_chain(contract: str = "contract_id", position: str = "position_id") -> str:
    """Give SQL for a row of the scope's own chain.

    A prime sees every place under its contracts; a subcontractor its own places; the
    commissioner all.
    """
    return (
        f"{SEES_ALL} OR {contract} = ANY ({CONTRACTS}::text[]) "
        f"OR {position} = ANY ({POSITIONS}::text[])"
    )


def roles(*names: str) -> str:
    """Give SQL for a scope that has one of the roles."""
    listed = ", ".join(f"'{name}'" for name in names)
    return f"{ROLE} IN ({listed})"
