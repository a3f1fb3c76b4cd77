"""The bot introduces itself: name, descriptions and command menus, set at start-up."""

from typing import Any, Final

from actions import outbox
from actions.tx import Tx
from bot.content.library import LOCALES

PATIENT: Final = ("today", "checkin", "badday", "plan", "learn", "picture", "people", "sos", "help")


def introduce(tx: Tx) -> None:
    """Queue the bot's profile texts; each version of the words is set once."""
    for locale in LOCALES:
        suffix = f"{locale}:{tx.content.version}"
        code: dict[str, Any] = {} if locale == "en" else {"language_code": locale}
        for method, field, template in (
            ("setMyName", "name", "profile/name"),
            ("setMyDescription", "description", "profile/description"),
            ("setMyShortDescription", "short_description", "profile/short_description"),
        ):
            text = tx.content.text(template, locale)
            outbox.setup(tx, method, {field: text, **code}, f"setup:{method}:{suffix}")
        words = tx.content.buttons(locale)
        menu = [{"command": name, "description": words.text(f"command.{name}")} for name in PATIENT]
        outbox.setup(tx, "setMyCommands", {"commands": menu, **code}, f"setup:commands:{suffix}")
