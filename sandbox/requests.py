"""What the control API's requests say, checked: one clear line for everything that is wrong."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.durations import parse_duration
from sandbox.errors import ControlError
from sandbox.parameters import strict_json
from sandbox.people import People, Tapped

Body = dict[str, Any]
MORNING: Final = time(8)


def read_body(content: bytes) -> Body:
    """The JSON object of a request.

    Raises:
        ControlError: it is none.
    """
    try:
        body = strict_json(content or b"{}")
    except ValueError:
        raise ControlError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def field_text(body: Body, name: str, default: str | None = None) -> str:
    """A text field; without a default it must be there."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise ControlError(f"{name} must be a text")
    return value


def field_number(body: Body, name: str) -> float:
    """A number field that must be there."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ControlError(f"{name} must be a number")
    return value


def field_integer(body: Body, name: str) -> int:
    """A whole-number field that must be there."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ControlError(f"{name} must be a whole number")
    return value


def _part(body: Body, name: str) -> Body:
    part = body.get(name)
    if not isinstance(part, dict):
        raise ControlError(f"{name} must be a JSON object")
    return part


def _content(part: Body) -> bytes:
    try:
        return base64.b64decode(field_text(part, "content_base64"), validate=True)
    except binascii.Error:
        raise ControlError("content_base64 must be base64") from None


def _text(people: People, user_id: int, body: Body) -> int:
    chat_id = field_integer(body, "chat_id") if "chat_id" in body else None
    return people.send_text(user_id, field_text(body, "text"), chat_id)


def _location(people: People, user_id: int, body: Body) -> int:
    part = _part(body, "location")
    latitude, longitude = field_number(part, "latitude"), field_number(part, "longitude")
    return people.send_location(user_id, latitude, longitude)


def _document(people: People, user_id: int, body: Body) -> int:
    part = _part(body, "document")
    return people.send_document(
        user_id,
        field_text(part, "file_name"),
        _content(part),
        field_text(part, "mime", "application/octet-stream"),
        field_text(part, "caption", ""),
    )


def _photo(people: People, user_id: int, body: Body) -> int:
    part = _part(body, "photo")
    return people.send_photo(user_id, _content(part), field_text(part, "caption", ""))


def _sticker(people: People, user_id: int, body: Body) -> int:
    return people.send_sticker(user_id, field_text(_optional(body, "sticker"), "emoji", "🙂"))


def _voice(people: People, user_id: int, body: Body) -> int:
    part = {"seconds": 3, **_optional(body, "voice")}
    return people.send_voice(user_id, field_integer(part, "seconds"))


def _contact(people: People, user_id: int, body: Body) -> int:
    return people.send_contact(user_id, field_text(_part(body, "contact"), "phone_number"))


def _forward(people: People, user_id: int, body: Body) -> int:
    return people.forward_text(
        user_id, field_text(body, "forward_from_text"), field_text(body, "author", "Somebody")
    )


def _edit(people: People, user_id: int, body: Body) -> int:
    part = _part(body, "edit")
    return people.edit_text(user_id, field_integer(part, "message_id"), field_text(part, "text"))


def _optional(body: Body, name: str) -> Body:
    """`sticker: true` is enough where an object says nothing needed."""
    return {} if body.get(name) is True else _part(body, name)


_KINDS: Final[dict[str, Callable[[People, int, Body], int]]] = {
    "text": _text,
    "location": _location,
    "document": _document,
    "photo": _photo,
    "sticker": _sticker,
    "voice": _voice,
    "contact": _contact,
    "forward_from_text": _forward,
    "edit": _edit,
}


def say(people: People, user_id: int, body: Body) -> int:
    """Let a person send what `body` describes; returns the message id.

    Raises:
        ControlError: no kind, two kinds, or a kind without what it needs.
    """
    kinds = [kind for kind in _KINDS if kind in body]
    if len(kinds) != 1:
        raise ControlError(f"give exactly one of {', '.join(_KINDS)}")
    return _KINDS[kinds[0]](people, user_id, body)


def press(people: People, user_id: int, body: Body) -> Tapped:
    """Let a person press what `body` names; `forged` sends data no button carries."""
    message_id, button = field_integer(body, "message_id"), field_text(body, "button")
    if body.get("forged") is True:
        return people.forge_tap(user_id, message_id, button)
    chat_id = field_integer(body, "chat_id") if "chat_id" in body else None
    return people.tap(user_id, message_id, button, chat_id)


def step_of(body: Body, now: datetime) -> tuple[str, timedelta]:
    """How a clock request moves the clock: ("advance" or "jump", by how much).

    `until: "next_morning"` advances to the next 08:00 in `zone` (an IANA name, UTC by default).

    Raises:
        ControlError: none or several of advance, jump and until; a bad duration or zone.
    """
    named = [name for name in ("advance", "jump", "until") if name in body]
    if len(named) != 1:
        raise ControlError("give exactly one of advance, jump and until")
    if named[0] != "until":
        return named[0], parse_duration(field_text(body, named[0]))
    if body["until"] != "next_morning":
        raise ControlError("until must be next_morning")
    return "advance", _to_morning(now, field_text(body, "zone", "UTC"))


def _to_morning(now: datetime, zone_name: str) -> timedelta:
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ControlError(f"unknown zone {zone_name!r}") from None
    local = now.astimezone(zone)
    morning = datetime.combine(local.date(), MORNING, zone)
    if morning <= local:
        morning = datetime.combine(local.date() + timedelta(days=1), MORNING, zone)
    # Two aware times of one zone subtract as wall times; a change of clocks would be lost.
    return timedelta(seconds=morning.timestamp() - now.timestamp())
