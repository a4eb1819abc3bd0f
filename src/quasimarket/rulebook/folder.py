"""A rulebook's folder as trees and rows: found by name, read whole, and extended.

A folder that says `extends:` holds only what differs. Keys of its programme.yaml win
over the parent's, deeply, except that a value (a mapping with `value`) is replaced
whole, and `key: null` takes the parent's key away. A row of its tables replaces the
parent's row with the same key; `delete` = yes takes it away; new rows come last;
`tables: {name: {replace: yes}}` drops all of the parent's rows first.
"""

import os
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook.csv_source import Row, Table, parse_csv
from quasimarket.rulebook.source_text import read_source_text
from quasimarket.rulebook.tables import (
    DELETE_COLUMN,
    EVIDENCE_COLUMNS,
    TABLE_BY_NAME,
    TABLES,
    TableShape,
    row_path,
)
from quasimarket.rulebook.text_values import did_you_mean, nearest
from quasimarket.rulebook.yaml_source import Node, parse_yaml


PROGRAMME_FILE = "programme.yaml"
FACTS_SUFFIX = "_facts.csv"
"""Files that a script reads to make a table; no part of the rulebook."""


@dataclass(slots=True)
class Folder:
    """What the files of a rulebook say, before it is known what they mean."""

    root: Node
    label: str = ""
    """Its name in faults."""
    tables: dict[str, Table] = field(default_factory=dict)
    broken_tables: set[str] = field(default_factory=set)
    """Tables of which some rows were lost."""


def shipped_programmes() -> list[str]:
    """List the programmes that come with the package."""
    return sorted(
        entry.name for entry in _programmes_folder().iterdir() if entry.is_dir()
    )


def find_folder(name_or_path: str | Path, beside: Path | None = None) -> Path:
    """Find a rulebook's folder: a shipped programme's name, or a path.

    A relative path in `extends` starts at the folder that says it (`beside`).
    """
    text = str(name_or_path)
    shipped = shipped_programmes()
    if text in shipped:
        return _programmes_folder() / text
    path = Path(text) if beside is None else beside / text
    if not text or not path.exists():
        raise InputFault(
            [
                Fault(
                    where=text or "(no name)",
                    found="no such programme or folder",
                    expected=f"a folder, or one of {', '.join(shipped)}",
                    hint=did_you_mean(text, shipped),
                )
            ]
        )
    if path.name == PROGRAMME_FILE:
        path = path.parent
    if not (path / PROGRAMME_FILE).is_file():
        raise InputFault(
            [
                Fault(
                    where=text,
                    found=f"no {PROGRAMME_FILE}",
                    expected=f"a folder that holds {PROGRAMME_FILE}",
                )
            ]
        )
    return path


def read_folder(path: Path, seen: tuple[Path, ...] = ()) -> tuple[Folder, list[Fault]]:
    """Read a folder and all that it extends."""
    place = path.resolve()
    if place in seen:
        chain = " -> ".join(folder.name for folder in (*seen, place))
        where = f"{label_of(seen[-1])}/{PROGRAMME_FILE}"
        return Folder(Node(where, {})), [
            Fault(
                where=where,
                found=f"a circle of extends: {chain}",
                expected="a chain that ends",
            )
        ]
    folder, faults = _read_one(path)
    parent_name = _extends(folder.root)
    if parent_name is None:
        return folder, faults
    try:
        parent_path = find_folder(parent_name.content, beside=path)  # type: ignore[arg-type]  # _extends gives text
    except InputFault as fault:
        found = fault.faults[0]
        return folder, [
            *faults,
            Fault(
                where=parent_name.where,
                found=f"extends: {found.where}, {found.found}",
                expected=found.expected,
                hint=found.hint,
            ),
        ]
    parent, parent_faults = read_folder(parent_path, (*seen, place))
    return _extend(parent, folder), [*parent_faults, *faults]


def _programmes_folder() -> Path:
    return Path(str(files("quasimarket"))) / "programmes"


def label_of(folder: Path) -> str:
    """Name a folder in faults: a shipped programme's name, or the path as given."""
    if folder.parent == _programmes_folder():
        return folder.name
    return os.path.normpath(folder)


def _extends(root: Node) -> Node | None:
    content = root.content if isinstance(root.content, dict) else {}
    node = content.get("extends")
    return node if node is not None and isinstance(node.content, str) else None


def _read_one(path: Path) -> tuple[Folder, list[Fault]]:
    faults: list[Fault] = []
    label = label_of(path)
    where = f"{label}/{PROGRAMME_FILE}"
    text = read_source_text(path / PROGRAMME_FILE, where)
    if isinstance(text, Fault):
        folder = Folder(Node(where, {}), label)
        faults.append(text)
    else:
        root, faults = parse_yaml(text, where)
        folder = Folder(root, label)
    for file in sorted(path.glob("*.csv")):
        if file.name.endswith(FACTS_SUFFIX):
            continue
        where = f"{label}/{file.name}"
        shape = TABLE_BY_NAME.get(file.stem)
        if shape is None:
            faults.append(
                Fault(
                    where=where,
                    found="a table that no rulebook has",
                    expected=f"one of {', '.join(shape.file for shape in TABLES)}",
                    hint=did_you_mean(file.stem, TABLE_BY_NAME),
                )
            )
            continue
        text = read_source_text(file, where)
        if isinstance(text, Fault):
            faults.append(text)
            folder.tables[shape.name] = Table(where)
            folder.broken_tables.add(shape.name)
            continue
        table, table_faults = parse_csv(text, where)
        faults += table_faults
        if table_faults:
            folder.broken_tables.add(shape.name)
        else:
            faults += _faults_of_columns(shape, table) + _repeated_rows(shape, table)
        folder.tables[shape.name] = table
    return folder, faults


def _faults_of_columns(shape: TableShape, table: Table) -> list[Fault]:
    known = (*shape.columns, *EVIDENCE_COLUMNS, DELETE_COLUMN)
    faults = [
        Fault(
            where=f"{table.where}:1",
            found=f"the unknown column {name or '(blank)'}",
            expected=f"columns among {', '.join(known)}",
            hint=did_you_mean(name, known),
        )
        for name in table.columns
        if name not in known
    ]
    meant = {nearest(name, known) for name in table.columns if name not in known}
    required = shape.key if DELETE_COLUMN in table.columns else shape.required_columns
    missing = [
        name for name in required if name not in table.columns and name not in meant
    ]
    return faults + [
        Fault(
            where=f"{table.where}:1",
            found=f"no column {name}",
            expected=f"the columns {', '.join(shape.columns)}",
        )
        for name in missing
    ]


def row_key(shape: TableShape, row: Row) -> tuple[str, ...]:
    """Give what makes a row that row."""
    return tuple(row.cells.get(column, "") for column in shape.key)


def _repeated_rows(shape: TableShape, table: Table) -> list[Fault]:
    first: dict[tuple[str, ...], Row] = {}
    faults = []
    for row in table.rows:
        key = row_key(shape, row)
        if key in first:
            faults.append(
                Fault(
                    where=row.where,
                    found=f"{row_path(shape, key)} a second time",
                    expected="each row once",
                    hint=f"the first is at {first[key].where}",
                )
            )
        first.setdefault(key, row)
    return faults


def _extend(parent: Folder, child: Folder) -> Folder:
    root = _extend_node(parent.root, child.root)
    tables = dict(parent.tables)
    for name, table in child.tables.items():
        above = parent.tables.get(name)
        if above is None or _is_replaced(child.root, name):
            rows = [row for row in table.rows if not _is_deletion(row)]
            tables[name] = Table(table.where, table.columns, rows)
        else:
            tables[name] = _extend_table(TABLE_BY_NAME[name], above, table)
    return Folder(root, child.label, tables, parent.broken_tables | child.broken_tables)


def _is_replaced(root: Node, name: str) -> bool:
    node: Node | None = root
    for key in ("tables", name, "replace"):
        if node is None or not isinstance(node.content, dict):
            return False
        node = node.content.get(key)
    return node is not None and node.content in ("yes", "true")


def _is_deletion(row: Row) -> bool:
    return row.cells.get(DELETE_COLUMN, "").lower() in ("yes", "true")


def _extend_table(shape: TableShape, parent: Table, child: Table) -> Table:
    rows = {row_key(shape, row): row for row in parent.rows}
    for row in child.rows:
        key = row_key(shape, row)
        if _is_deletion(row):
            rows.pop(key, None)
        else:
            rows[key] = row
    return Table(parent.where, parent.columns, list(rows.values()))


def _extend_node(parent: Node, child: Node) -> Node:
    if not isinstance(parent.content, dict) or not isinstance(child.content, dict):
        return child
    if parent.is_value or child.is_value:
        return child
    content = {
        key: node for key, node in parent.content.items() if key not in _OWN_KEYS
    }
    for key, node in child.content.items():
        above = content.get(key)
        if node.content is None:
            content.pop(key, None)
        else:
            content[key] = node if above is None else _extend_node(above, node)
    return Node(child.where, content)


_OWN_KEYS = frozenset({"extends", "replace"})
"""Keys that a folder says of itself only, and a child does not inherit."""
