"""Read the YAML that content is made of, and refuse what does not fit its shape."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config

CONTENT = Path(__file__).parent
TEMPLATES = CONTENT / "templates"
SPEC = 1

# libyaml reads several times faster than pure Python, which stands in where it was not built.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Shape = TypeVar("Shape")


class ContentError(ValueError):
    """A content file that cannot be used; its text is one line, the file and what is wrong."""


def _refuse_float(value: object) -> object:
    # 0.1 as a float is not a tenth; a dose must be the figure that was written.
    if isinstance(value, float):
        raise ValueError(f"write {value} in quotes, so that it stays exact")  # noqa: TRY004 -- pydantic collects ValueError
    return value


Amount = Annotated[Decimal, BeforeValidator(_refuse_float), Field(gt=0)]
"""A figure above zero written in quotes in YAML: milligrams or hours."""

closed = with_config(ConfigDict(extra="forbid"))
"""Decorates a content dataclass: a field it does not know is an error, since it may be a typo."""

SignedOn = date | None
"""The day somebody qualified checked a file, or None while nobody has."""


def parse_yaml(text: str) -> Any:  # noqa: ANN401 (YAML is what it is)
    """What a YAML text says; yaml.YAMLError when it is none."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (either loader is a safe one)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file whose `spec` is ours, without that key.

    Raises:
        ContentError: the file is missing, is no YAML mapping, or has another spec.
    """
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.name}: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict) or data.pop("spec", None) != SPEC:
        raise ContentError(f"{path.name}: needs a mapping with 'spec: {SPEC}'")
    return data


def shaped(kind: type[Shape], data: Mapping[str, Any], where: str) -> Shape:
    """The mapping as a `closed` dataclass; unknown, missing and ill-typed fields are refused.

    Raises:
        ContentError: with `where` and the first field that does not fit.
    """
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{where}: {field}: {first['msg']}") from error


def known_sources() -> Mapping[str, str]:
    """Source codes and what they stand for (sources.yaml)."""
    sources: dict[str, str] = read_yaml(CONTENT / "sources.yaml")["sources"]
    return sources
