"""Methods about the bot, its chats and files: names, command menus, getFile, getChat and so on."""

from collections.abc import Callable
from typing import Any, Final

from sandbox import limits
from sandbox.errors import bad_request, forbidden
from sandbox.parameters import Parameters
from sandbox.profile import Texts, checked_commands, checked_scope
from sandbox.world import World

Run = Callable[[World, Parameters], object]
_MENU_BUTTONS: Final = ("default", "commands", "web_app")
# What getChat must carry for a client to read it; the values say "nothing special".
_FULL_CHAT: Final = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}


def get_me(world: World, _call: Parameters) -> dict[str, Any]:
    """The bot itself."""
    return world.profile.me()


def done(_world: World, _call: Parameters) -> bool:
    """The answer of logOut and close, which change nothing in a local Telegram."""
    return True


def set_my_commands(world: World, call: Parameters) -> bool:
    """Replace the command menu of one scope and language."""
    commands = checked_commands(call.array("commands"))
    scope = checked_scope(call.record("scope"))
    world.profile.put_commands(scope, call.text("language_code"), commands)
    world.signal.bump()
    return True


def delete_my_commands(world: World, call: Parameters) -> bool:
    """Remove the command menu of one scope and language."""
    scope = checked_scope(call.record("scope"))
    world.profile.put_commands(scope, call.text("language_code"), [])
    world.signal.bump()
    return True


def get_my_commands(world: World, call: Parameters) -> list[dict[str, str]]:
    """The command menu of exactly one scope and language."""
    return world.profile.commands(checked_scope(call.record("scope")), call.text("language_code"))


def setter(pick: Callable[[World], Texts], name: str) -> Run:
    """The method that sets one of the bot's texts from the parameter `name`."""

    def run(world: World, call: Parameters) -> bool:
        pick(world).put(call.text("language_code"), call.text(name))
        world.signal.bump()
        return True

    return run


def getter(pick: Callable[[World], Texts], name: str) -> Run:
    """The method that answers one of the bot's texts under the field `name`."""

    def run(world: World, call: Parameters) -> dict[str, str]:
        return {name: pick(world).get(call.text("language_code"))}

    return run


def set_chat_menu_button(world: World, call: Parameters) -> bool:
    """Set the button beside the text field, for one chat or for all."""
    button = call.record("menu_button") or {"type": "default"}
    if button.get("type") not in _MENU_BUTTONS:
        raise bad_request("can't parse menu button: Invalid type specified")
    if call.has("chat_id"):
        chat = world.chat(call.text("chat_id"))
        chat.menu_button = button
        world.changed(chat)
    else:
        world.profile.menu_button = button
        world.signal.bump()
    return True


def get_file(world: World, call: Parameters) -> dict[str, Any]:
    """Where a file can be downloaded."""
    file = world.files.get(call.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > limits.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**file.wire(), "file_path": f"files/{file.file_id}"}


def get_chat(world: World, call: Parameters) -> dict[str, Any]:
    """What the bot knows about a chat."""
    chat = world.chat(call.text("chat_id"))
    if chat.left:
        raise forbidden(chat.left)
    if not chat.started:
        raise bad_request("chat not found")
    return {**chat.wire(), **_FULL_CHAT}


def leave_chat(world: World, call: Parameters) -> bool:
    """Leave a group; a private chat cannot be left."""
    chat = world.chat(call.text("chat_id"))
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    if chat.left:
        raise forbidden(chat.left)
    chat.left = "bot is not a member of the group chat"
    world.changed(chat)
    return True
