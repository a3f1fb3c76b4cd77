"""Chats as their people see them: what the page and the scripts read."""

from typing import Any

from sandbox.chats import Chat, Message, User
from sandbox.emulator import Emulator


def message_view(message: Message) -> dict[str, Any]:
    """One message as the control API shows it; a deleted one keeps its id and nothing else."""
    view: dict[str, Any] = {
        "message_id": message.message_id,
        "version": message.version,
        "date": message.date,
        "from": "bot" if message.sender is None else "user",
        "kind": message.kind,
        "text": "" if message.deleted else message.text,
        "entities": [] if message.deleted else message.entities,
        "inline_keyboard": [] if message.deleted else message.inline_keyboard,
        "edited": bool(message.edited),
        "deleted": message.deleted,
        "protect_content": message.protected,
        "reaction": message.reaction,
        "forwarded": "forward_origin" in message.extra,
    }
    if message.sender is not None:
        view["user_id"] = message.sender.user_id
    if not message.deleted:
        view |= _media_view(message)
    return view


def _media_view(message: Message) -> dict[str, Any]:
    if message.kind == "text":
        return {}
    if not message.files:
        return {message.kind: message.media}
    file = message.files[0]
    shown: dict[str, Any] = {
        "file_id": file.file_id,
        "file_name": file.file_name,
        "mime": file.mime,
        "size": len(file.content),
        "url": f"/sandbox/files/{file.file_id}",
    }
    if isinstance(message.media, list):
        shown |= {"width": message.media[0]["width"], "height": message.media[0]["height"]}
    if isinstance(message.media, dict):
        shown |= {key: message.media[key] for key in ("emoji", "duration") if key in message.media}
    return {message.kind: shown}


def chat_view(emulator: Emulator, chat: Chat, after: int = 0) -> dict[str, Any]:
    """One chat: its messages changed after a version, and what stands around them."""
    world = emulator.world
    language = chat.user.language_code if chat.user else ""
    changed = chat.messages.values() if chat.version > after else ()
    return {
        "messages": [message_view(item) for item in changed if item.version > after],
        "version": world.signal.version,
        "reply_keyboard": chat.reply_keyboard,
        "toast": chat.toast,
        "commands": world.profile.menu(chat.chat_id, language),
        "bot_name": world.profile.name.get(language[:2]),
        "menu_button": chat.menu_button or world.profile.menu_button,
        "typing": chat.typing_until > world.time(),
    }


def user_view(emulator: Emulator, user: User) -> dict[str, Any]:
    """One person in a list."""
    chat = emulator.world.chats[user.user_id]
    return {
        "id": user.user_id,
        "first_name": user.first_name,
        "language_code": user.language_code,
        "blocked": chat.blocked,
        "deactivated": user.deactivated,
        "started": chat.started,
    }


def state_view(emulator: Emulator, after: int = 0) -> dict[str, Any]:
    """Everybody at once: who there is, and every message changed after a version."""
    world = emulator.world
    groups = [chat for chat in world.chats.values() if chat.user is None]
    return {
        "now": world.now().isoformat(),
        "version": world.signal.version,
        "users": [
            {**user_view(emulator, user), **chat_view(emulator, world.chats[user.user_id], after)}
            for user in world.users.values()
        ],
        "groups": [
            {"id": chat.chat_id, "title": chat.title, **chat_view(emulator, chat, after)}
            for chat in groups
        ],
        "faults": emulator.faults.listing(),
    }
