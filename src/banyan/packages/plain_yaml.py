"""YAML as people write it by hand: texts, lists and mappings, each with its line.

Scalars stay texts (`language: no` is Norwegian, `title: 2024` a title). There are no tags, no aliases (so nothing can
be multiplied by referring to it), and no depth beyond what a course needs. Built from the parser's events, so nothing
recurses.
"""

from typing import NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

__all__ = ["BadYaml", "Node", "read_yaml"]

_DEEPEST = 10
_MOST = 50_000
_LONGEST = 1 << 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = {"", "~", "null", "Null", "NULL"}


class BadYaml(Exception):
    """The text is not such YAML: `line` from 1, and a sentence."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line
        self.detail = detail


class Node(NamedTuple):
    """A value and the line that it begins on, from 1."""

    value: "str | list[Node] | dict[str, Node] | None"
    line: int


def read_yaml(text: str) -> Node:
    """The first document of a text.

    Raises:
        BadYaml: it is not YAML, or is more than is read here.
    """
    if len(text) > _LONGEST:
        raise BadYaml(1, "This is too long to be read.")
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if isinstance(event, DocumentEndEvent):
                break
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(line, f"This is not YAML: {error.problem or 'it cannot be read'}.") from None
    except yaml.YAMLError:
        raise BadYaml(1, "This is not YAML: it has characters that no text may have.") from None
    return builder.root or Node(None, 1)


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._keys: list[str | None] = []
        self._count = 0

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        self._count += 1
        if self._count > _MOST:
            raise BadYaml(line, "This is too long to be read.")
        if isinstance(event, AliasEvent):
            raise BadYaml(line, "References (“*name”) are not read here.")
        if isinstance(event, ScalarEvent):
            nothing = event.implicit[0] and event.value in _NOTHING
            self._put(Node(None if nothing else event.value, line))
        elif isinstance(event, SequenceStartEvent):
            self._begin(Node([], line))
        elif isinstance(event, MappingStartEvent):
            self._begin(Node({}, line))
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _begin(self, node: Node) -> None:
        if len(self._open) >= _DEEPEST:
            raise BadYaml(node.line, "This is nested too deeply to be read.")
        self._put(node)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = self.root or node
            return
        parent = self._open[-1].value
        if isinstance(parent, list):
            parent.append(node)
        elif isinstance(parent, dict):
            key = self._keys[-1]
            if key is None:
                if node.value is not None and not isinstance(node.value, str):
                    raise BadYaml(node.line, "The name of a field must be a text.")
                self._keys[-1] = node.value or ""
            else:
                parent[key] = node
                self._keys[-1] = None
