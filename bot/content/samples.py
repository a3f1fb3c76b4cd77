"""Values to try templates with: samples.yaml, one entry a template, or one for a whole folder."""

from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.content.files import CONTENT, SPEC, ContentError

Values = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML that also knows `!mg "9"` (an exact amount) and `!time "08:05"` (a wall time)."""


def _amount(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


def _wall(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> time:
    return time.fromisoformat(str(loader.construct_scalar(node)))


_Loader.add_constructor("!mg", _amount)
_Loader.add_constructor("!time", _wall)


def load_samples(path: Path = CONTENT / "samples.yaml") -> dict[str, tuple[Values, ...]]:
    """Sets of values by template name ("doses/remind") or folder ("lessons/*").

    Raises:
        ContentError: the file is no YAML of that shape.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.name}: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict) or data.get("spec") != SPEC:
        raise ContentError(f"{path.name}: needs a mapping with 'spec: {SPEC}'")
    rows: dict[str, Any] = data.get("samples") or {}
    return {name: _sets(name, values) for name, values in rows.items()}


def _sets(name: str, values: object) -> tuple[Values, ...]:
    sets = values if isinstance(values, list) else [values or {}]
    if not all(isinstance(one, dict) for one in sets):
        raise ContentError(f"samples.yaml: {name}: needs a mapping or a list of mappings")
    return tuple(sets)


def samples_for(name: str, samples: dict[str, tuple[Values, ...]]) -> tuple[Values, ...]:
    """The sets for one template: its own, else its folder's, else none."""
    folder = name.rsplit("/", 1)[0]
    return samples.get(name) or samples.get(f"{folder}/*") or ()
