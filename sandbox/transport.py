"""python-telegram-bot's way to the emulator without a network, for tests and the simulation."""

import asyncio
import re
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from sandbox.emulator import CutConnectionError, Emulator, Reply
from sandbox.parameters import Upload
from sandbox.polling import long_poll

_PATH: Final = re.compile(r".*?/(?P<file>file/)?bot(?P<token>[^/]+)/(?P<rest>.+)")
READ_TIMEOUT: Final = 5.0


class EmulatorRequest(BaseRequest):
    """The request object for `Bot(request=...)` that calls an emulator in this process.

    A cut connection is raised as HTTPXRequest raises it: TimedOut from httpx.ReadTimeout when the
    call was done, NetworkError from httpx.ConnectError when it was not. A slow answer waits real
    seconds, or times out at once when it would take longer than `read_timeout`.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call names none."""
        return READ_TIMEOUT

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(  # noqa: PLR0917 - the library fixes the order
        self,
        url: str,
        method: str,  # noqa: ARG002 - GET and POST are one to the Bot API
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = None,  # noqa: ARG002 - nothing is written to a wire
        connect_timeout: object = None,  # noqa: ARG002 - nothing connects
        pool_timeout: object = None,  # noqa: ARG002 - there is no pool
    ) -> tuple[int, bytes]:
        """Do one request; see BaseRequest.do_request."""
        patience = read_timeout if isinstance(read_timeout, int | float) else READ_TIMEOUT
        try:
            reply = await self._reply(url, request_data)
        except CutConnectionError as cut:
            raise _broken(accepted=cut.accepted) from _cause(accepted=cut.accepted)
        if reply.delay > patience:
            raise _broken(accepted=True) from _cause(accepted=True)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        return reply.status, reply.body

    async def _reply(self, url: str, data: RequestData | None) -> Reply:
        parts = urlsplit(url)
        match = _PATH.fullmatch(unquote(parts.path))
        if match is None or match["token"] != self._emulator.token:
            return self._emulator.unauthorized()
        if match["file"]:
            return self._emulator.download(match["rest"])
        raw: dict[str, object] = dict(parse_qsl(parts.query))
        if data is not None:
            raw |= data.parameters
        if match["rest"].lower() == "getupdates":
            return await long_poll(self._emulator, raw)
        files = _uploads(data) if data is not None and data.contains_files else None
        return self._emulator.call(match["rest"], raw, files)


def _uploads(data: RequestData) -> dict[str, Upload]:
    return {
        name: Upload(file_name, content if isinstance(content, bytes) else content.read(), mime)
        for name, (file_name, content, mime) in data.multipart_data.items()
    }


def _broken(*, accepted: bool) -> NetworkError:
    return TimedOut() if accepted else NetworkError("httpx.ConnectError: the connection was cut")


def _cause(*, accepted: bool) -> httpx.HTTPError:
    if accepted:
        return httpx.ReadTimeout("no answer came")
    return httpx.ConnectError("the connection was cut")
