"""The list of every Bot API call, in order, for whoever asks what the bot really did."""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox import limits
from sandbox.parameters import Upload


@dataclass
class CallRecord:
    """One call. `at` is ISO 8601; `error` is Telegram's sentence or what cut the connection.

    `unknown` names parameters the method does not know; `fault` the fault that struck.
    """

    n: int
    at: str
    method: str
    params: dict[str, Any]
    ok: bool = False
    error: str = ""
    result_message_id: int | None = None
    fault: str = ""
    unknown: list[str] = field(default_factory=list)


class CallLog:
    """The newest calls; older ones are forgotten beyond the cap."""

    def __init__(self) -> None:
        self._records: deque[CallRecord] = deque(maxlen=limits.CALLS_KEPT)
        self._count = 0

    def start(self, at: str, method: str, raw: Mapping[str, object]) -> CallRecord:
        """Note a call that begins now."""
        self._count += 1
        record = CallRecord(self._count, at, method, {k: _shown(v) for k, v in raw.items()})
        self._records.append(record)
        return record

    def since(self, after: int = 0, method: str = "") -> list[CallRecord]:
        """The calls numbered above `after`, of one method where it is given."""
        wanted = method.lower()
        return [
            record
            for record in self._records
            if record.n > after and wanted in {"", record.method.lower()}
        ]

    def listing(self, after: int = 0, method: str = "") -> list[dict[str, Any]]:
        """The same as `since`, as JSON."""
        return [asdict(record) for record in self.since(after, method)]


def _shown(value: object) -> object:
    if isinstance(value, Upload):
        return {"file_name": value.file_name, "size": len(value.content), "mime": value.mime}
    return value
