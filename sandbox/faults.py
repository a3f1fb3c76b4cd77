"""Faults a script asks for: refusals, broken servers and cut connections."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from sandbox.errors import ControlError

KINDS: Final = ("429", "500", "502", "timeout_after_accept", "drop", "slow", "away")


@dataclass
class Fault:
    """One fault: which calls it hits, how, and how many of them are left.

    `retry_after` (429) and `seconds` (slow) are seconds. `chat_id` narrows it to one chat. "away"
    cuts every call until it is cleared; its method, chat and count mean nothing.
    """

    kind: str
    method: str = "*"
    count: int = 1
    retry_after: int = 1
    seconds: float = 2.0
    chat_id: int | None = None

    def hits(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault strikes a call of `method` to `chat_id`."""
        if self.kind == "away":
            return True
        return self.method in {"*", method} and self.chat_id in {None, chat_id}


class Faults:
    """The faults that wait for a call, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` strike the next calls it fits."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget every fault; Telegram is well again."""
        self._waiting.clear()

    def away(self) -> bool:
        """Whether Telegram cannot be reached at all."""
        return any(fault.kind == "away" for fault in self._waiting)

    def pending(self, method: str, chat_id: int | None = None) -> bool:
        """Whether a fault waits for a call of `method`."""
        return any(fault.hits(method, chat_id) for fault in self._waiting)

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, counted down, or None."""
        if not self._waiting:
            return None
        struck = next((fault for fault in self._waiting if fault.hits(method, chat_id)), None)
        if struck is not None and struck.kind != "away":
            struck.count -= 1
            self._waiting = [fault for fault in self._waiting if fault.count > 0]
        return struck

    def listing(self) -> list[dict[str, Any]]:
        """Every fault that still waits, as JSON."""
        return [asdict(fault) for fault in self._waiting]


def fault_from_json(body: dict[str, Any]) -> Fault:
    """Read one fault from a control request.

    Raises:
        ControlError: an unknown kind, or a number that is none or out of range.
    """
    kind = str(body.get("kind", ""))
    if kind not in KINDS:
        raise ControlError(f"unknown fault kind {kind!r}; use one of {', '.join(KINDS)}")
    chat_id = body.get("chat_id")
    return Fault(
        kind=kind,
        method=str(body.get("method", "*")),
        count=int(_number(body, "count", 1)),
        retry_after=int(_number(body, "retry_after", 1)),
        seconds=_number(body, "seconds", 2),
        chat_id=None if chat_id is None else int(_number(body, "chat_id", 0)),
    )


def _number(body: dict[str, Any], name: str, default: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ControlError(f"{name} must be a number, not {value!r}")
    if name != "chat_id" and value <= 0:
        raise ControlError(f"{name} must be above zero, not {value}")
    return value
