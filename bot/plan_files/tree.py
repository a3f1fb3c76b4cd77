"""YAML and JSON as plain data, in which every value knows its line and column.

Scalars stay the text that stood there, so that no amount is ever a float. Aliases, tags and a
second document are refused: a plan is written out in full.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import yaml

from bot.plan_files.errors import PlanFileError
from care.planparts import Path

_DEEPEST: Final = 12
_HALVES: Final = re.compile(
    r"(?P<before>(?<!\\)(?:\\\\)*)\\u(?P<high>d[89ab][0-9a-f]{2})\\u(?P<low>d[c-f][0-9a-f]{2})",
    re.IGNORECASE,
)
_UNREADABLE: Final = "something else"
_NULLS: Final = {"", "~", "null", "Null", "NULL"}
# libyaml where there is one: a thousand steps in a moment.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Mark(NamedTuple):
    """A place in a file, counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Tree:
    """A document as data, and the place of every value and every key by its path."""

    data: Any = None
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)

    def find(self, path: Path) -> Mark:
        """The place of a path: its value, else its key, else the nearest thing around it."""
        while path not in self.values and path not in self.keys and path:
            path = path[:-1]
        return self.values.get(path) or self.keys.get(path) or Mark(1, 1)


def read_tree(text: str) -> Tree:
    """The data of a YAML or JSON text.

    Raises:
        PlanFileError: it is neither, or holds what a plan needs not.
    """
    plain = _json_as_yaml(text) if text.lstrip()[:1] in {"{", "["} else text
    tree = Tree()
    try:
        events = _content(yaml.parse(plain, Loader=_LOADER))
        first = next(events, None)
        if first is not None:
            tree.data = _value(first, events, (), tree)
        if (more := next(events, None)) is not None:
            raise _error(_mark(more), "a second document", "one plan in a file")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        raise _error(place, _UNREADABLE, f"YAML or JSON ({error.problem})") from None
    except yaml.YAMLError:
        raise PlanFileError("", "a character that no text has", "YAML or JSON") from None
    return tree


def _json_as_yaml(text: str) -> str:
    """JSON without what YAML does not know: tabs between values, and letters in two halves."""
    return _HALVES.sub(_whole, text.replace("\t", " "))


def _whole(found: re.Match[str]) -> str:
    letter = bytes.fromhex(found["high"] + found["low"]).decode("utf-16-be")
    return f"{found['before']}\\U{ord(letter):08X}"


def _content(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    frame = (
        yaml.StreamStartEvent,
        yaml.StreamEndEvent,
        yaml.DocumentStartEvent,
        yaml.DocumentEndEvent,
    )
    return (event for event in events if not isinstance(event, frame))


def _value(event: yaml.Event, events: Iterator[yaml.Event], path: Path, tree: Tree) -> Any:  # noqa: ANN401 (data is what it is)
    mark = tree.values[path] = _mark(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _error(mark, "an anchor or alias", "the values written out")
    if tag := getattr(event, "tag", None):
        raise _error(mark, f"the tag {tag}", "a value without a tag")
    if len(path) > _DEEPEST:
        raise _error(mark, "lists inside lists", "a plan as in the examples")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(events, path, tree)
    return _table(events, path, tree)


def _scalar(event: yaml.ScalarEvent) -> str | None:
    if event.implicit[0] and event.value in _NULLS:
        return None
    return str(event.value)


def _list(events: Iterator[yaml.Event], path: Path, tree: Tree) -> list[Any]:
    items: list[Any] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        items.append(_value(event, events, (*path, len(items)), tree))
    return items


def _table(events: Iterator[yaml.Event], path: Path, tree: Tree) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        mark = _mark(event)
        if not isinstance(event, yaml.ScalarEvent) or getattr(event, "anchor", None):
            raise _error(mark, "a list or table as a name", "a name, such as medicine")
        key = str(event.value)
        if key.isdigit():
            raise _error(mark, f'"{key}" after a comma', "a decimal point, like 2.5")
        if key in table:
            raise _error(mark, f'"{key}" a second time', "each name once")
        tree.keys[(*path, key)] = mark
        table[key] = _value(next(events), events, (*path, key), tree)
    return table


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)


def _error(mark: Mark, found: str, expected: str) -> PlanFileError:
    where = f"line {mark.line}, column {mark.column}"
    return PlanFileError(where, found, expected, line=mark.line, column=mark.column)
