"""The local Telegram: one bot, its people, and the Bot API between them. No network."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.calls import CallLog, CallRecord
from sandbox.errors import ApiError, ControlError, too_many_requests
from sandbox.faults import Fault, Faults
from sandbox.methods import METHODS
from sandbox.parameters import Parameters, Upload, whole_number
from sandbox.people import People
from sandbox.profile import Profile
from sandbox.world import World


class CutConnectionError(Exception):
    """The connection breaks without an answer; `accepted` says whether the call was done."""

    def __init__(self, *, accepted: bool) -> None:
        super().__init__("connection cut")
        self.accepted = accepted


@dataclass(frozen=True)
class Reply:
    """What goes back to the bot: HTTP status, body, and seconds to hold it back."""

    status: int
    body: bytes
    delay: float = 0.0


class Emulator:
    """A Telegram of one's own.

    Args:
        token: the bot's token; calls with another one are unauthorized.
        now: the clock everything reads, aware. Lifetimes follow it.
        first_name: the bot's name until it sets one.

    Not thread-safe: everything runs in one thread.
    """

    def __init__(self, token: str, now: Callable[[], datetime], first_name: str = "Steady") -> None:
        if now().tzinfo is None:
            raise ValueError("the emulator's clock must be aware")
        self.world = World(Profile(token, first_name), now)
        self.people = People(self.world)
        self.faults = Faults()
        self.calls = CallLog()

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.profile.token

    def call(
        self, method: str, raw: Mapping[str, object], files: Mapping[str, Upload] | None = None
    ) -> Reply:
        """Do one Bot API call as Telegram would.

        Args:
            method: its name, in any case.
            raw: its parameters, as JSON values or as the strings of a form.
            files: the file parts of a multipart request, by part name.

        Raises:
            CutConnectionError: a fault says the connection breaks.
        """
        parts = files or {}
        known = METHODS.get(method.lower())
        name = known.name if known else method
        record = self.calls.start(self.world.now().isoformat(), name, {**raw, **parts})
        fault = self.faults.take(name, _chat_of(raw))
        if fault is not None:
            self._strike(fault, record)
        broken = _broken(fault)
        if broken is not None:
            record.error = broken.description
            return _broken_reply(broken)
        reply = self._answer(method, raw, parts, record)
        if fault is not None and fault.kind == "timeout_after_accept":
            raise CutConnectionError(accepted=True)
        return reply if fault is None else Reply(reply.status, reply.body, fault.seconds)

    def refuse(self, method: str, raw: Mapping[str, object], error: ApiError) -> Reply:
        """Note a call that ends with `error` before it is done."""
        record = self.calls.start(self.world.now().isoformat(), method, raw)
        record.error = error.description
        return _reply(error.code, error.body())

    def give_fault(self, fault: Fault) -> None:
        """Let a fault strike the next calls it fits."""
        self.faults.add(fault)
        self.world.signal.bump()

    def clear_faults(self) -> None:
        """End every fault."""
        self.faults.clear()
        self.world.signal.bump()

    def download(self, path: str) -> Reply:
        """Answer for a file_path of getFile: the content, or 404.

        Raises:
            CutConnectionError: Telegram is away.
        """
        if self.faults.away():
            raise CutConnectionError(accepted=False)
        file = self.world.files.get(path.removeprefix("files/"))
        if file is None:
            return _reply(404, ApiError(404, "Not Found").body())
        return Reply(200, file.content)

    def unauthorized(self) -> Reply:
        """Answer for a call with a token nobody handed out."""
        return _reply(401, ApiError(401, "Unauthorized").body())

    def result(self, method: str, /, **raw: object) -> Any:  # noqa: ANN401 - any Bot API result
        """Do one call and return its result, for scripts that expect it to work.

        Raises:
            ControlError: Telegram refused; the text is its description.
        """
        body = json.loads(self.call(method, raw).body)
        if not body["ok"]:
            raise ControlError(body["description"])
        return body["result"]

    def _strike(self, fault: Fault, record: CallRecord) -> None:
        record.fault = fault.kind
        self.world.signal.bump()
        if fault.kind in {"drop", "away"}:
            record.error = "connection cut"
            raise CutConnectionError(accepted=False)

    def _answer(
        self,
        method: str,
        raw: Mapping[str, object],
        files: Mapping[str, Upload],
        record: CallRecord,
    ) -> Reply:
        try:
            result = self._perform(method, raw, files, record)
        except ApiError as error:
            record.error = error.description
            return _reply(error.code, error.body())
        record.ok = True
        if isinstance(result, dict):
            record.result_message_id = result.get("message_id")
        return _reply(200, {"ok": True, "result": result})

    def _perform(
        self,
        method: str,
        raw: Mapping[str, object],
        files: Mapping[str, Upload],
        record: CallRecord,
    ) -> object:
        known = METHODS.get(method.lower())
        if known is None:
            raise ApiError(404, "Not Found")
        parameters = Parameters(known.known, raw, files)
        record.unknown = parameters.unknown
        record.params |= parameters.decoded()
        return known.run(self.world, parameters)


def _chat_of(raw: Mapping[str, object]) -> int | None:
    return whole_number(str(raw.get("chat_id", "")))


def _broken(fault: Fault | None) -> ApiError | None:
    if fault is None:
        return None
    if fault.kind == "429":
        return too_many_requests(fault.retry_after)
    if fault.kind == "500":
        return ApiError(500, "Internal Server Error")
    return ApiError(502, "Bad Gateway") if fault.kind == "502" else None


def _broken_reply(error: ApiError) -> Reply:
    if error.code == 502:  # noqa: PLR2004 - a proxy's page, no JSON, is what clients see then
        return Reply(502, b"<html><head><title>502 Bad Gateway</title></head></html>")
    return _reply(error.code, error.body())


def _reply(status: int, body: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(body).encode("ascii"))
