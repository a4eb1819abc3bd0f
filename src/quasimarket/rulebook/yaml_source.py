"""YAML as a tree of text that remembers its lines.

Only plain mappings, lists and text are read: no aliases (a small file could then grow
without end), no tags, one document. Values stay text, so that a number is read once, as
a decimal, by the type of its field.
"""

from dataclasses import dataclass
from typing import TypeAlias

import yaml

from quasimarket.core.errors import Fault


DEEPEST = 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The compiled parser where there is one; both give the same tree."""
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of YAML and where it stands."""

    where: str
    content: "Content"

    @property
    def is_value(self) -> bool:
        """Whether this is a value with its unit and evidence."""
        return isinstance(self.content, dict) and "value" in self.content


Content: TypeAlias = dict[str, Node] | list[Node] | str | None


def parse_yaml(text: str, where: str) -> tuple[Node, list[Fault]]:
    """Read YAML text into a tree; with a fault, the tree is what could be kept."""
    faults = _faults_of_shape(text, where)
    empty = Node(where, {})
    if faults:
        return empty, faults
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        return empty, [_syntax_fault(error, where)]
    if not isinstance(root, yaml.MappingNode):
        found = "no keys" if root is None else "something that is not a list of keys"
        return empty, [
            Fault(where=f"{where}:1", found=found, expected="lines of key: value")
        ]
    return _convert(root, where, f"{where}:1", faults), faults


def _faults_of_shape(text: str, where: str) -> list[Fault]:
    depth, documents = 0, 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            mark = event.start_mark
            line = f"{where}:{mark.line + 1 if mark else 1}"
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > DEEPEST:
                return [Fault(where=line, found="more levels", expected=str(DEEPEST))]
            if documents > 1:
                return [
                    Fault(
                        where=line,
                        found="a second document",
                        expected="one document",
                        hint="remove the line ---",
                    )
                ]
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                return [
                    Fault(
                        where=line,
                        found="an anchor or alias (& or *)",
                        expected="each value written out",
                    )
                ]
            tag = getattr(event, "tag", None)
            if tag:
                return [
                    Fault(
                        where=line,
                        found=f"the tag {tag}",
                        expected="plain keys and values",
                    )
                ]
    except yaml.YAMLError as error:
        return [_syntax_fault(error, where)]
    return []


def _syntax_fault(error: yaml.YAMLError, where: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line = f"{where}:{mark.line + 1}" if mark else where
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Fault(
        where=line,
        found=f"text that is not YAML ({problem})",
        expected="YAML",
        hint="look at the indentation and the quotes on this line and the one above",
    )


def _convert(node: yaml.Node, file: str, where: str, faults: list[Fault]) -> Node:
    if isinstance(node, yaml.MappingNode):
        content: dict[str, Node] = {}
        for key, value in node.value:
            line = f"{file}:{key.start_mark.line + 1}"
            if not isinstance(key, yaml.ScalarNode):
                faults.append(
                    Fault(where=line, found="a key that is a list", expected="a word")
                )
            elif key.value in content:
                faults.append(
                    Fault(
                        where=line,
                        found=f"the key {key.value} a second time",
                        expected="each key once",
                        hint=f"the first is at {content[key.value].where}",
                    )
                )
            else:
                content[key.value] = _convert(value, file, line, faults)
        return Node(where, content)
    if isinstance(node, yaml.SequenceNode):
        items = [
            _convert(item, file, f"{file}:{item.start_mark.line + 1}", faults)
            for item in node.value
        ]
        return Node(where, items)
    is_null = node.tag == _NULL and not getattr(node, "style", None)
    return Node(where, None if is_null else str(node.value).strip())
