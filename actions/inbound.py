"""What an update says, taken from its raw JSON before anything is parsed or routed."""

from dataclasses import dataclass
from typing import Any, Final

from bot.plan_files.errors import PlanFileError
from care.plandoc import PlanDocument
from care.textreader import Reading

MESSAGE_KINDS: Final = ("message", "edited_message")
PLACES: Final = frozenset({"location", "venue"})
Raw = dict[str, Any]


@dataclass(slots=True)
class SentFile:
    """A document or photo of an update: what to fetch, and what was found in it.

    `size` is in bytes as Telegram says, 0 when it does not. `found` stays None when the file is
    too large or could not be fetched; it is a plan, why it is none, or the links of a photo.
    """

    what: str
    file_id: str
    name: str
    size: int
    found: PlanDocument | PlanFileError | tuple[str, ...] | None = None


@dataclass(slots=True)
class Inbound:
    """One update on its way through the house.

    Attributes:
        seq: its place in the inbox.
        chat_id: the chat it belongs to; for a private chat that is the person's Telegram id.
        kind: `message`, `edited_message`, `callback_query`, `my_chat_member` or another.
        text: what was written, captions too; empty when nothing was.
        place: whether it tells where somebody is.
        reading: what the text reader made of it; None when there was nothing to read.
        file: the document or photo that came with it, when there is one.
        error: what a handler raised, kept here because the library swallows it.
    """

    seq: int
    update_id: int
    chat_id: int
    kind: str
    text: str
    first_name: str
    language: str
    private: bool
    is_bot: bool
    callback_id: str | None
    callback_data: str | None
    pressed_message: int | None
    place: bool = False
    reading: Reading | None = None
    file: SentFile | None = None
    error: BaseException | None = None


def kind_of(raw: Raw) -> str:
    """Return the kind of an update: the name of its one field beside `update_id`."""
    return next((key for key in raw if key != "update_id"), "empty")


def chat_of(raw: Raw) -> int:
    """Return the chat an update belongs to, 0 when it names none."""
    body = _dict(raw.get(kind_of(raw)))
    # A button's own chat may be inaccessible; who pressed it is always known.
    if kind_of(raw) == "callback_query":
        return _int(_dict(body.get("from")).get("id"))
    return _int(_dict(body.get("chat")).get("id")) or _int(_dict(body.get("from")).get("id"))


def text_of(raw: Raw) -> str:
    """Return what somebody wrote: text or caption, edited or not."""
    body = _dict(raw.get(kind_of(raw)))
    if kind_of(raw) not in MESSAGE_KINDS:
        return ""
    text = body.get("text") or body.get("caption") or ""
    return text if isinstance(text, str) else ""


def read_inbound(seq: int, raw: Raw) -> Inbound:
    """Read the outline of an update. Never raises: a malformed one gives empty fields."""
    kind = kind_of(raw)
    body = _dict(raw.get(kind))
    sender = _dict(body.get("from"))
    pressed = _dict(body.get("message"))
    is_press = kind == "callback_query"
    chat = _dict(pressed.get("chat") if is_press else body.get("chat"))
    return Inbound(
        seq=seq,
        update_id=_int(raw.get("update_id")),
        chat_id=chat_of(raw),
        kind=kind,
        text=text_of(raw),
        first_name=str(sender.get("first_name") or "")[:64],
        language=str(sender.get("language_code") or "")[:8],
        private=chat.get("type", "private") == "private",
        is_bot=bool(sender.get("is_bot")),
        callback_id=str(body["id"]) if is_press and "id" in body else None,
        callback_data=str(body.get("data") or "") if is_press else None,
        pressed_message=_int(pressed.get("message_id")) or None if is_press else None,
        file=_file_of(body) if kind == "message" else None,
        place=not PLACES.isdisjoint(body),
    )


def _file_of(body: dict[str, Any]) -> SentFile | None:
    """Return the document of a message, or the largest size of its photo."""
    document = _dict(body.get("document"))
    if isinstance(document.get("file_id"), str):
        name = str(document.get("file_name") or "")[:200]
        return SentFile("document", document["file_id"], name, _int(document.get("file_size")))
    sizes = body.get("photo")
    found = (
        [one for one in map(_dict, sizes) if isinstance(one.get("file_id"), str)]
        if (isinstance(sizes, list))
        else []
    )
    if not found:
        return None
    largest = max(found, key=lambda one: _int(one.get("width")) * _int(one.get("height")))
    return SentFile("photo", largest["file_id"], "", _int(largest.get("file_size")))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
