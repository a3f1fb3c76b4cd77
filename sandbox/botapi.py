"""The Bot API over HTTP: the routes a bot's library talks to."""

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.emulator import CutConnectionError, Emulator, Reply
from sandbox.errors import ApiError, bad_request
from sandbox.parameters import Upload, strict_json
from sandbox.polling import long_poll

Arguments = tuple[dict[str, object], dict[str, Upload]]


def bot_api_routes(emulator: Emulator) -> list[Route]:
    """Routes for /bot<token>/<method> and /file/bot<token>/<path>, at the root as at Telegram."""

    async def call(request: Request) -> Response:
        if request.path_params["token"] != emulator.token:
            return _response(emulator.unauthorized())
        try:
            reply = await _call(emulator, request)
        except CutConnectionError:
            return await hang_up(request)
        await asyncio.sleep(reply.delay)
        return _response(reply)

    async def download(request: Request) -> Response:
        if request.path_params["token"] != emulator.token:
            return _response(emulator.unauthorized())
        try:
            reply = emulator.download(request.path_params["path"])
        except CutConnectionError:
            return await hang_up(request)
        return Response(reply.body, reply.status, media_type="application/octet-stream")

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download, methods=["GET"]),
    ]


async def _call(emulator: Emulator, request: Request) -> Reply:
    method = request.path_params["method"]
    try:
        raw, files = await _arguments(request)
    except ApiError as error:
        return emulator.refuse(method, {}, error)
    if method.lower() == "getupdates":
        return await long_poll(emulator, raw)
    return emulator.call(method, raw, files)


async def _arguments(request: Request) -> Arguments:
    """What the query and the body say together; the body wins."""
    raw: dict[str, object] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return raw | await _json(request), {}
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return raw, {}
    fields, files = await _form(request)
    return raw | fields, files


async def _json(request: Request) -> dict[str, object]:
    body = await request.body()
    try:
        value = strict_json(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("JSON object expected")
    return value


async def _form(request: Request) -> Arguments:
    fields: dict[str, object] = {}
    files: dict[str, Upload] = {}
    try:
        async with request.form() as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    files[name] = await _upload(value)
                else:
                    fields[name] = value
    except HTTPException as error:
        raise bad_request(f"can't parse form data: {error.detail}") from error
    return fields, files


async def _upload(part: UploadFile) -> Upload:
    mime = part.content_type or "application/octet-stream"
    return Upload(part.filename or "file", await part.read(), mime)


def _response(reply: Reply) -> Response:
    media_type = "application/json" if reply.body.startswith(b"{") else "text/html"
    return Response(reply.body, reply.status, media_type=media_type)


async def hang_up(request: Request) -> Response:
    """Close the connection without an answer.

    ASGI has no word for that, so uvicorn's transport is closed; on another server the answer is
    promised and never comes, which clients see as a broken connection too.
    """
    transport = getattr(getattr(request.receive, "__self__", None), "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.close()
        await asyncio.sleep(0)

    async def nothing() -> AsyncIterator[bytes]:
        return
        yield b""

    return StreamingResponse(nothing(), headers={"content-length": "1"})
