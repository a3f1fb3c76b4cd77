"""The bot introduces itself: name, descriptions and command menus, set at start-up."""

from typing import Any, Final

from actions import outbox
from actions.tx import Tx
from bot.content.library import LOCALES
from store.models import Person
from store.queries import people as query

# Which commands a menu shows, by role. Whoever is not known yet gets the newcomer's.
MENUS: Final = {
    "newcomer": ("start", "learn", "sos", "help"),
    "patient": (
        "today",
        "week",
        "checkin",
        "badday",
        "plan",
        "needed",
        "supply",
        "learn",
        "picture",
        "people",
        "travel",
        "pause",
        "sos",
        "help",
    ),
    "caregiver": ("people", "learn", "sos", "help"),
}


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
        params = {"commands": _menu(tx, "newcomer", locale), **code}
        outbox.setup(tx, "setMyCommands", params, f"setup:commands:{suffix}")


def give_menu(tx: Tx, person: Person) -> None:
    """Give somebody the command menu of what they are now: patient, or caregiver."""
    patient = query.patient_of(tx.session, person)
    role = "patient" if patient is not None and patient.state == "active" else "caregiver"
    scope = {"type": "chat", "chat_id": tx.telegram_id(person)}
    params = {"commands": _menu(tx, role, person.locale), "scope": scope}
    key = f"setup:menu:{person.id}:{role}:{tx.content.version}"
    outbox.setup(tx, "setMyCommands", params, key, person)


def _menu(tx: Tx, role: str, locale: str) -> list[dict[str, str]]:
    words = tx.content.buttons(locale)
    return [{"command": name, "description": words.text(f"command.{name}")} for name in MENUS[role]]
