"""The chat of one person as text: local times, buttons in brackets, what was tapped marked."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from simulation.phone import Deed, Phone, Screen

# The token of an invitation is a secret, and the only thing that differs between equal runs.
_SECRET: Final = re.compile(r"(start[= ])[\w-]{16,}")


def transcript(phone: Phone, zone: ZoneInfo) -> str:
    """Return everything a phone showed and everything done on it, oldest first."""
    return "\n".join(line for at, what in phone.seen for line in _lines(at.astimezone(zone), what))


def _lines(at: datetime, what: Screen | Deed) -> Iterator[str]:
    head = f"{at:%a %d %b %H:%M:%S}"
    if isinstance(what, Deed):
        yield f"{head}  > {_deed(what)}"
        return
    lines = _SECRET.sub(r"\1...", what.text).splitlines() or [""]
    yield f"{head}  Steady{' (changed)' if what.edited else ''}: {lines[0]}"
    yield from (f"{'':21}{line}" for line in lines[1:])
    for row in what.rows:
        yield f"{'':21}{' '.join(f'[{label}]' for label in row)}"


def _deed(deed: Deed) -> str:
    if deed.kind == "block":
        return "blocks the bot"
    return f"taps [{deed.label}]" if deed.kind == "tap" else _SECRET.sub(r"\1...", deed.said)
