"""The control API under /sandbox: people, taps, clock, faults and what the bot called."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox import requests
from sandbox.chats import Chat
from sandbox.emulator import Emulator
from sandbox.errors import ControlError
from sandbox.faults import fault_from_json
from sandbox.views import chat_view, state_view, user_view

KEEP_ALIVE_SECONDS: Final = 15.0
Answer = Callable[[Request], Awaitable[Response]]


class ControlHooks(Protocol):
    """What the side that owns the clock lends to the control API."""

    @property
    def live(self) -> bool:
        """Whether the clock runs by itself, second by second."""
        ...

    async def advance(self, delta: timedelta) -> datetime:
        """Step from due instant to due instant; returns the new now when all is handled."""
        ...

    async def jump(self, delta: timedelta) -> datetime:
        """Move the clock at once, as if everything had been off; returns the new now."""
        ...

    async def settled(self) -> None:
        """Return when the bot has nothing left to do at this moment."""
        ...


class Control:
    """The handlers of the control API over one emulator."""

    def __init__(self, emulator: Emulator, hooks: ControlHooks) -> None:
        self._emulator = emulator
        self._hooks = hooks

    def routes(self) -> list[Route]:
        """Every route of the control API."""
        get, post = ["GET"], ["POST"]
        user, group = "/sandbox/users/{user_id}", "/sandbox/groups/{group_id}"
        table: list[tuple[str, Answer, list[str]]] = [
            ("/sandbox/users", self.users, get),
            ("/sandbox/users", self.create_user, post),
            (user + "/messages", self.messages, get),
            (user + "/messages", self.say, post),
            (user + "/taps", self.tap, post),
            (user + "/block", self.block, post),
            (user + "/deactivate", self.deactivate, post),
            ("/sandbox/groups", self.create_group, post),
            (group + "/messages", self.group_messages, get),
            (group + "/kick", self.kick, post),
            (group + "/migrate", self.migrate, post),
            ("/sandbox/clock", self.clock, get),
            ("/sandbox/clock", self.move_clock, post),
            ("/sandbox/faults", self.faults, get),
            ("/sandbox/faults", self.add_fault, post),
            ("/sandbox/faults", self.clear_faults, ["DELETE"]),
            ("/sandbox/calls", self.calls, get),
            ("/sandbox/state", self.state, get),
            ("/sandbox/events", self.events, get),
            ("/sandbox/files/{file_id}", self.file, get),
        ]
        return [Route(path, _guarded(run), methods=methods) for path, run, methods in table]

    async def users(self, _request: Request) -> Response:
        """Everybody there is."""
        people = self._emulator.world.users.values()
        return JSONResponse([user_view(self._emulator, user) for user in people])

    async def create_user(self, request: Request) -> Response:
        """A new person: {first_name, language_code} -> {id}."""
        body = await _body(request)
        name = requests.field_text(body, "first_name")
        language = requests.field_text(body, "language_code", "en")
        return JSONResponse({"id": self._emulator.people.create_user(name, language)})

    async def messages(self, request: Request) -> Response:
        """A private chat as its person sees it, from a version on."""
        chat = self._chat(_path_number(request, "user_id"))
        return JSONResponse(chat_view(self._emulator, chat, _query_number(request, "after")))

    async def say(self, request: Request) -> Response:
        """A person sends something: -> {message_id}."""
        user_id, body = _path_number(request, "user_id"), await _body(request)
        message_id = requests.say(self._emulator.people, user_id, body)
        await self._wait(request)
        return JSONResponse({"message_id": message_id})

    async def tap(self, request: Request) -> Response:
        """A person presses a button: -> {kind, value}."""
        user_id, body = _path_number(request, "user_id"), await _body(request)
        tapped = requests.press(self._emulator.people, user_id, body)
        await self._wait(request)
        return JSONResponse(asdict(tapped))

    async def block(self, request: Request) -> Response:
        """A person blocks the bot, or lets it write again: {blocked}."""
        user_id, body = _path_number(request, "user_id"), await _body(request)
        blocked = body.get("blocked", True)
        if not isinstance(blocked, bool):
            raise ControlError("blocked must be true or false")
        self._emulator.people.set_blocked(user_id, blocked=blocked)
        await self._wait(request)
        return JSONResponse({"blocked": blocked})

    async def deactivate(self, request: Request) -> Response:
        """A person deletes the account."""
        self._emulator.people.deactivate(_path_number(request, "user_id"))
        return JSONResponse({"deactivated": True})

    async def create_group(self, request: Request) -> Response:
        """A person puts the bot into a new group: {title, user_id} -> {id}."""
        body = await _body(request)
        title, user_id = requests.field_text(body, "title"), requests.field_integer(body, "user_id")
        group_id = self._emulator.people.create_group(title, user_id)
        await self._wait(request)
        return JSONResponse({"id": group_id})

    async def group_messages(self, request: Request) -> Response:
        """A group as its members see it, from a version on."""
        chat = self._chat(_path_number(request, "group_id"))
        return JSONResponse(chat_view(self._emulator, chat, _query_number(request, "after")))

    async def kick(self, request: Request) -> Response:
        """A person throws the bot out of a group: {user_id}."""
        body = await _body(request)
        group_id, user_id = (
            _path_number(request, "group_id"),
            requests.field_integer(body, "user_id"),
        )
        self._emulator.people.kick_from_group(group_id, user_id)
        await self._wait(request)
        return JSONResponse({"kicked": True})

    async def migrate(self, request: Request) -> Response:
        """A group becomes a supergroup: -> {id}, the new one."""
        group_id = _path_number(request, "group_id")
        return JSONResponse({"id": self._emulator.people.migrate_group(group_id)})

    async def clock(self, _request: Request) -> Response:
        """What time it is here, and whether it runs by itself."""
        return JSONResponse({"now": self._now(), "live": self._hooks.live})

    async def move_clock(self, request: Request) -> Response:
        """Move the clock: {advance | jump | until} -> {now}."""
        body = await _body(request)
        how, delta = requests.step_of(body, self._emulator.world.now())
        now = await (self._hooks.advance if how == "advance" else self._hooks.jump)(delta)
        self._emulator.world.signal.bump()
        return JSONResponse({"now": now.isoformat(), "live": self._hooks.live})

    async def faults(self, _request: Request) -> Response:
        """The faults that still wait for a call."""
        return JSONResponse({"faults": self._emulator.faults.listing()})

    async def add_fault(self, request: Request) -> Response:
        """Let a fault strike the next calls it fits."""
        self._emulator.give_fault(fault_from_json(await _body(request)))
        return await self.faults(request)

    async def clear_faults(self, request: Request) -> Response:
        """End every fault."""
        self._emulator.clear_faults()
        return await self.faults(request)

    async def calls(self, request: Request) -> Response:
        """Every Bot API call above a number, in order, of one method or of all."""
        after, method = _query_number(request, "after"), request.query_params.get("method", "")
        return JSONResponse({"calls": self._emulator.calls.listing(after, method)})

    async def state(self, request: Request) -> Response:
        """Everybody's chats at once, from a version on."""
        view = state_view(self._emulator, _query_number(request, "after"))
        return JSONResponse({**view, "live": self._hooks.live})

    async def events(self, _request: Request) -> Response:
        """Server-sent events: one "changed" with the version whenever anything changes."""
        headers = {"cache-control": "no-cache"}
        return StreamingResponse(self._stream(), headers=headers, media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        """The content of a picture or file of some message."""
        stored = self._emulator.world.files.get(request.path_params["file_id"])
        if stored is None:
            raise ControlError("no such file", status=404)
        # What somebody uploaded is shown as a picture or saved, never run as a page of ours.
        headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
        return Response(stored.content, media_type=stored.mime, headers=headers)

    async def _stream(self) -> AsyncIterator[str]:
        signal, seen = self._emulator.world.signal, -1
        while not signal.closed:
            if signal.version != seen:
                seen = signal.version
                yield f"event: changed\ndata: {json.dumps({'version': seen})}\n\n"
            if not await signal.wait_past(seen, KEEP_ALIVE_SECONDS):
                yield ": still here\n\n"

    async def _wait(self, request: Request) -> None:
        if request.query_params.get("wait") == "1":
            await self._hooks.settled()

    def _chat(self, chat_id: int) -> Chat:
        chat = self._emulator.world.chats.get(chat_id)
        if chat is None:
            raise ControlError(f"no chat {chat_id}", status=404)
        return chat

    def _now(self) -> str:
        return self._emulator.world.now().isoformat()


def control_routes(emulator: Emulator, hooks: ControlHooks) -> list[Route]:
    """Every route under /sandbox."""
    return Control(emulator, hooks).routes()


def _guarded(run: Answer) -> Answer:
    async def answer(request: Request) -> Response:
        try:
            return await run(request)
        except ControlError as error:
            return JSONResponse({"error": str(error)}, error.status)

    return answer


async def _body(request: Request) -> dict[str, Any]:
    return requests.read_body(await request.body())


def _path_number(request: Request, name: str) -> int:
    return _number(name, request.path_params[name], 404)


def _query_number(request: Request, name: str) -> int:
    return _number(name, request.query_params.get(name, "0"), 400)


def _number(name: str, text: str, status: int) -> int:
    try:
        return int(text)
    except ValueError:
        raise ControlError(f"{name} must be a whole number, not {text!r}", status) from None
