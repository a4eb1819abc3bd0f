"""T9: no statement of the service is made of anything that somebody typed.

Read off the source: what `execute` and its like are given is a constant, or is put
together in one of the places that are listed here with what they put in.
"""

import ast
from pathlib import Path

import pytest


SERVICE = Path(__file__).parents[3] / "src" / "quasimarket" / "service"
METHODS = {"execute", "executemany", "copy", "raw", "extra"}
FUNCTIONS = {"RawSQL", "execute", "executemany"}
"""What takes a statement: `copy(thing)` by itself is Python's own."""
MADE = {
    "chain/measuring.py windows": "one of two constants",
    "claims/alike.py claims_alike": "one of two constants",
    "claims/listing.py _ids": "columns of its own table of keys",
    "claims/log_rows.py copied": "a query composed by psycopg",
    "claims/raising.py _logged": "columns of a constant, for one of its own tables",
    "fairness/log_frames.py _read": "columns of a constant, a condition of its callers",
    "fairness/matrix.py _answers": "the policies that the database itself holds",
    "fairness/measures.py _rows": "one of its constants",
    "fairness/topics.py held_answer": "a condition on the contract, or on the place",
    "log/bulk.py _load_block": "the columns of the log's own shape",
    "migrating.py secure": "what the rooms' own security.py declare",
    "participation/batch.py _execute": "tables and columns of Django's models",
    "participation/caseload.py _by_key": "columns of its own table of searches",
    "participation/caseload.py _ids": "columns of its own table of lists",
    "payments/settling.py _fall": "one of two tables, columns of a constant",
    "payments/settling.py insert": "one of two tables, columns of a constant",
    "payments/settling.py refuse_other_history": "one of two tables",
    "payments/settling_everything.py _issued": "one of two tables",
    "payments/settling_everything.py _statements": "columns of a constant",
    "payments/standing.py standing": "conditions that it writes itself",
    "payments/verifying.py _issued": "one of two tables",
    "safekeeping/audit.py _rows": "its own queries, over blocks by their numbers",
    "safekeeping/backup.py _one": "its own queries",
    "upkeep/gauges.py gauges": "queries of its own table of gauges",
    "upkeep/subject_access.py _rows": "tables of the register of columns",
}
"""Module and function -> what it puts in, none of it input: look before you add one."""


def is_own(node, names):
    """Whether an expression is made of constants, or quoted by psycopg, alone."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lstrip("_").isupper() or names.get(name, False)
        case ast.JoinedStr(values=parts):
            return all(is_own(one, names) for one in parts)
        case ast.FormattedValue(value=value):
            return is_own(value, names)
        case ast.BinOp(left=left, right=right):
            return is_own(left, names) and is_own(right, names)
        case ast.IfExp(body=body, orelse=other):
            return is_own(body, names) and is_own(other, names)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Call(func=made))):
            return ast.unparse(made) == "sql.SQL"
    return False


def calls_in(function):
    """Give each call to which a statement is given, with the statement."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.args:
            method = getattr(node.func, "attr", "")
            if method in METHODS or getattr(node.func, "id", "") in FUNCTIONS:
                yield node.args[0]


def assigned_in(function):
    """Say of each name that a function assigns whether it is all the service's own."""
    names = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            names[name] = names.get(name, True) and is_own(node.value, names)
    return names


def statements_made(source):
    """Name the functions whose statements are put together of more than constants."""
    return {
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not all(
            is_own(statement, assigned_in(function)) for statement in calls_in(function)
        )
    }


def test_every_statement_is_a_constant_or_made_of_the_services_own_words():
    found = {
        f"{path.relative_to(SERVICE).as_posix()} {name}"
        for path in sorted(SERVICE.rglob("*.py"))
        if "migrations" not in path.parts
        for name in statements_made(path.read_text(encoding="utf-8"))
    }

    assert found == MADE.keys()


@pytest.mark.parametrize(
    "line",
    [
        "cursor.execute(f'SELECT {column} FROM t')",
        "cursor.execute('SELECT ' + column + ' FROM t')",
        "cursor.execute('SELECT %s FROM t' % column)",
        "cursor.execute('SELECT {} FROM t'.format(column))",
        "Claim.objects.raw(f'SELECT {column}')",
        "Claim.objects.extra(where=[], select=f'{column}') or "
        "Claim.objects.extra(f'{column}')",
    ],
)
def test_search_finds_a_statement_made_of_input(line):
    assert statements_made(f"def page(cursor, column):\n    {line}\n") == {"page"}


def test_search_follows_a_name():
    source = (
        "def page(cursor, column):\n"
        "    asked = f'SELECT {column} FROM t'\n"
        "    cursor.execute(asked, [])\n"
    )

    assert statements_made(source) == {"page"}


def test_search_leaves_constants():
    source = (
        "def page(cursor, given):\n"
        "    cursor.execute('SELECT %s', [given])\n"
        "    cursor.execute(f'SELECT {ALL} FROM t WHERE x = %s', [given])\n"
    )

    assert statements_made(source) == set()
