"""Shapes YAML into dataclasses of `care`, which know no pydantic, and refuses unknown fields."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from bot.content.files import ContentError, shaped

Shape = TypeVar("Shape")


def strictly(kind: type[Shape], data: Mapping[str, Any], where: str) -> Shape:
    """The mapping as a dataclass; a field it does not know may be a typo and is refused.

    Raises:
        ContentError: an unknown, missing or ill-typed field, at any depth.
    """
    unknown = sorted(set(_unknown(kind, data)))
    if unknown:
        raise ContentError(f"{where}: no field is called {', '.join(unknown)}")
    return shaped(kind, data, where)


def _unknown(kind: Any, data: Any) -> Iterator[str]:  # noqa: ANN401 - types and raw YAML
    if is_dataclass(kind) and isinstance(data, Mapping):
        hints = get_type_hints(kind)
        for name, value in data.items():
            yield from _unknown(hints[name], value) if name in hints else [str(name)]
    if isinstance(data, list):
        for item in get_args(kind)[:1]:
            for value in data:
                yield from _unknown(item, value)
