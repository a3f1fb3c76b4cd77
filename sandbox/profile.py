"""What the bot says about itself: name, descriptions and command menus, per language and scope."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox import limits
from sandbox.errors import bad_request
from sandbox.markup import units

_COMMAND: Final = re.compile(rf"[a-z0-9_]{{1,{limits.COMMAND_UNITS}}}")
_LANGUAGE: Final = re.compile(r"(?:[a-z]{2})?")
_SCOPES: Final = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)
Commands = list[dict[str, str]]
Scope = tuple[str, str]


def checked_language(code: str) -> str:
    """A two-letter language code or nothing.

    Raises:
        ApiError: 400 for anything else.
    """
    if _LANGUAGE.fullmatch(code) is None:
        raise bad_request("invalid language code specified")
    return code


@dataclass
class Texts:
    """One text per language; the language "" is for everybody else."""

    longest: int
    error: str
    by_language: dict[str, str] = field(default_factory=dict)

    def put(self, language: str, text: str) -> None:
        """Keep a text; an empty one removes that language's own.

        Raises:
            ApiError: 400 for a text over the limit or a bad language.
        """
        if units(text) > self.longest:
            raise bad_request(self.error)
        self.by_language[checked_language(language)] = text

    def get(self, language: str) -> str:
        """The text for a language, or the one for everybody."""
        return self.by_language.get(language) or self.by_language.get("", "")


class Profile:
    """The bot behind one token.

    Args:
        token: "<id>:<secret>", the shape Telegram hands out.
        first_name: the bot's name until setMyName changes it.
        username: ends in "bot".

    Raises:
        ValueError: the token has another shape.
    """

    def __init__(
        self, token: str, first_name: str = "Steady", username: str = "steady_bot"
    ) -> None:
        if re.fullmatch(r"\d+:[\w-]+", token) is None:
            raise ValueError("a bot token looks like 123456:letters-and-digits")
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.name = Texts(limits.NAME_UNITS, "BOT_TITLE_INVALID", {"": first_name})
        self.description = Texts(limits.DESCRIPTION_UNITS, "BOT_DESCRIPTION_INVALID")
        self.short = Texts(limits.SHORT_DESCRIPTION_UNITS, "BOT_SHORT_DESCRIPTION_INVALID")
        self.menu_button: dict[str, Any] = {"type": "default"}
        self._commands: dict[tuple[Scope, str], Commands] = {}

    def wire(self) -> dict[str, Any]:
        """The bot's User object."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.name.get(""),
            "username": self.username,
        }

    def me(self) -> dict[str, Any]:
        """The answer to getMe."""
        return {
            **self.wire(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def put_commands(self, scope: Scope, language: str, commands: Commands) -> None:
        """Keep one menu; an empty one is removed."""
        key = (scope, checked_language(language))
        self._commands.pop(key, None)
        if commands:
            self._commands[key] = commands

    def commands(self, scope: Scope, language: str) -> Commands:
        """The menu of exactly this scope and language."""
        return self._commands.get((scope, checked_language(language)), [])

    def menu(self, chat_id: int, language: str) -> Commands:
        """The menu one person sees in the private chat: the narrowest scope that has one."""
        scopes = [("chat", str(chat_id)), ("all_private_chats", ""), ("default", "")]
        keys = [(scope, code) for scope in scopes for code in (language[:2].lower(), "")]
        return next((self._commands[key] for key in keys if key in self._commands), [])


def checked_scope(value: dict[str, Any]) -> Scope:
    """The scope of a menu: its type and its chat.

    Raises:
        ApiError: 400 for an unknown type.
    """
    kind = str(value.get("type", "default"))
    if kind not in _SCOPES:
        raise bad_request("unsupported type specified for BotCommandScope")
    return kind, str(value.get("chat_id", ""))


def checked_commands(items: list[object]) -> Commands:
    """The commands of a menu.

    Raises:
        ApiError: 400 for too many, a bad name, or a missing or long description.
    """
    if len(items) > limits.COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_checked_command(item) for item in items]


def _checked_command(item: object) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = str(item.get("command", "")), str(item.get("description", ""))
    if _COMMAND.fullmatch(name.removeprefix("/")) is None:
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(description.strip()) <= limits.COMMAND_DESCRIPTION_UNITS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}
