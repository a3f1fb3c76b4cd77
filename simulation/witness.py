"""What an outsider saw: every update handed to the bot, every word the bot said to whom."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from telegram.request import BaseRequest, RequestData

from sandbox.calls import CallRecord
from sandbox.emulator import Emulator
from sandbox.transport import EmulatorRequest

SPEAKING: Final = frozenset(
    {"sendMessage", "editMessageText", "sendPhoto", "sendDocument", "editMessageCaption"}
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message or change that reached a chat; `at` is the virtual instant in ISO 8601."""

    at: str
    chat_id: int
    text: str


@dataclass
class Witness:
    """Keeps what passed the wire, which the emulator forgets after a while.

    Attributes:
        delivered: the updates the bot was given: what each was about, by its id (see Deed.ref).
        said: what reached a chat.
        refused: what Telegram refused though nothing was broken, as "method: reason".
        blocked: how many calls met a person who blocked the bot.
    """

    delivered: dict[int, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    blocked: int = 0
    calls: int = 0

    def watch(self, emulator: Emulator) -> None:
        """Note the calls since the last look."""
        for record in emulator.calls.since(self.calls):
            self.calls = record.n
            if record.ok:
                self._note_said(record)
            elif not record.fault:
                self._note_refused(record)

    def _note_said(self, record: CallRecord) -> None:
        if record.method in SPEAKING:
            text = str(record.params.get("text") or record.params.get("caption") or "")
            self.said.append(Said(record.at, int(record.params["chat_id"]), text))

    def _note_refused(self, record: CallRecord) -> None:
        if record.error.startswith("Forbidden: bot was blocked"):
            self.blocked += 1
        else:
            self.refused.append(f"{record.method}: {record.error}")


class Wire(EmulatorRequest):
    """The way to the emulator, with a witness of what it hands out."""

    def __init__(self, emulator: Emulator, witness: Witness) -> None:
        super().__init__(emulator)
        self._witness = witness

    async def do_request(  # noqa: PLR0917 - the library fixes the order
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Do one request; see BaseRequest.do_request."""
        answer = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if "/getUpdates" in url and answer[0] == 200:  # noqa: PLR2004 (HTTP's OK)
            found = json.loads(answer[1])["result"]
            self._witness.delivered |= {update["update_id"]: _about(update) for update in found}
        return answer


def _about(update: dict[str, Any]) -> str:
    if "callback_query" in update:
        return str(update["callback_query"]["id"])
    message = update.get("message") or {}
    return f"{message['chat']['id']}/{message['message_id']}" if message else ""
