"""Overrides from the command line: KEY=VALUE, where KEY is one that `explain` lists."""

from collections.abc import Mapping

from quasimarket.core.errors import Fault
from quasimarket.rulebook.csv_source import Row
from quasimarket.rulebook.folder import Folder, row_key
from quasimarket.rulebook.reading import SETTING_PREFIX
from quasimarket.rulebook.tables import TABLE_BY_NAME, TableShape, row_path
from quasimarket.rulebook.text_values import did_you_mean
from quasimarket.rulebook.yaml_source import Node


REMOVED = ("none", "null", "")
BY_COMMAND = "the command line"
"""The source of a value that was set for one run."""
_MARK = {
    "evidence": "assumed",
    "source": BY_COMMAND,
    "reason": "set for this run",
}


def apply_settings(folder: Folder, settings: Mapping[str, str]) -> list[Fault]:
    """Put settings into a folder's trees and rows; the value's unit stays.

    `none` takes a key away. A key that no rulebook has is found when the tree is read.
    """
    faults = []
    for key, text in settings.items():
        name = key.split(".")[0]
        if name in TABLE_BY_NAME:
            faults += _set_cell(folder, TABLE_BY_NAME[name], key, text)
        else:
            folder.root = _set_node(folder.root, key.split("."), text, key)
    return faults


def _set_node(node: Node | None, parts: list[str], text: str, key: str) -> Node:
    where = f"{SETTING_PREFIX}{key}"
    if not parts:
        return _with_value(node, text, where)
    content: dict[str, Node] = {}
    if node is not None and isinstance(node.content, dict) and not node.is_value:
        content = dict(node.content)
    content[parts[0]] = _set_node(content.get(parts[0]), parts[1:], text, key)
    return Node(where if node is None else node.where, content)


def _with_value(node: Node | None, text: str, where: str) -> Node:
    if text in REMOVED:
        return Node(where, None)
    if node is not None and isinstance(node.content, str):
        return Node(where, text)
    parts = {"value": text, **_MARK}
    if node is not None and isinstance(node.content, dict) and "unit" in node.content:
        unit = node.content["unit"].content
        if isinstance(unit, str):
            parts["unit"] = unit
    return Node(where, {name: Node(where, part) for name, part in parts.items()})


def _set_cell(folder: Folder, shape: TableShape, key: str, text: str) -> list[Fault]:
    table = folder.tables.get(shape.name)
    path, _, column = key.rpartition(".")
    rows = table.rows if table is not None else []
    paths = [row_path(shape, row_key(shape, row)) for row in rows]
    where = f"{SETTING_PREFIX}{key}"
    if path not in paths or column not in shape.columns:
        near = did_you_mean(key, (f"{known}.{column}" for known in paths))
        if path in paths:
            near = did_you_mean(column, shape.columns)
        return [
            Fault(
                where=where,
                found="an unknown key",
                expected=f"{shape.name}, the row's {', '.join(shape.key)}, a column; "
                "any for a blank",
                hint=near,
            )
        ]
    place = paths.index(path)
    cells = rows[place].cells | {column: text} | _MARK
    rows[place] = Row(where, cells)
    return []
