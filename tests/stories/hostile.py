"""What hostile input must never do: go unanswered, be given up on, or change what is another's."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from store.models import OutboxRow
from tests.stories.phone import Phone, Town

OWNED: Final = (
    "patients",
    "care_links",
    "invitations",
    "plans",
    "medicines",
    "doses",
    "dose_events",
    "checkins",
    "answers",
    "alerts",
    "findings",
)
SHOWN: Final = frozenset({"sendmessage", "editmessagetext", "sendphoto"})
SAYING: Final = frozenset({"send", "edit", "photo"})


def rows(town: Town, sql: str, **values: object) -> Sequence[RowMapping]:
    """Return what the database says."""
    with town.sandbox.rt.engine.connect() as connection:
        return connection.execute(text(sql), values).mappings().all()


def one(town: Town, sql: str, **values: object) -> Any:  # noqa: ANN401 (whatever the column holds)
    """Return the first value of the first row."""
    return next(iter(rows(town, sql, **values)[0].values()))


def belongings(town: Town, patient_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return everything of a patient that nobody else may change."""
    found = {}
    for table in OWNED:
        key = "person_id" if table == "patients" else "patient_id"
        sql = f"SELECT * FROM {table} WHERE {key} = :id"  # noqa: S608 (names of our own tables)
        found[table] = sorted((dict(row) for row in rows(town, sql, id=patient_id)), key=repr)
    return found


def nothing_given_up(town: Town) -> None:
    """Every update was handled: none parked, none left over."""
    left = rows(town, "SELECT seq, state, error FROM inbox WHERE state <> 'done'")
    if left:
        raise AssertionError(f"not handled: {[dict(row) for row in left]}")


@contextlib.contextmanager
def everybody_answered(town: Town, what: str, *phones: Phone) -> Iterator[None]:
    """Fail unless each of these people gets a message, a change, a picture or a toast."""
    calls = town.emulator.calls
    before = calls._count
    yield
    heard = {_reached(call.method, call.params) for call in calls.since(before) if call.ok}
    silent = [phone.name for phone in phones if phone.user_id not in heard]
    if silent:
        trouble = "\n".join(phone.chat() for phone in phones if phone.name in silent)
        raise AssertionError(f"{what!r} was not answered to {silent}\n{trouble}")


def _reached(method: str, params: dict[str, Any]) -> int:
    if method.lower() in SHOWN:
        return int(params["chat_id"])
    if method.lower() == "answercallbackquery" and params.get("text"):
        return int(str(params["callback_query_id"])[:-9])
    return 0


async def forges(town: Town, *presses: tuple[Phone, str]) -> None:
    """Press buttons that were never there; each press must get a kind answer of its own.

    Nothing is sent: a thousand messages would take an hour of Telegram's pace.
    """
    last = one(town, "SELECT MAX(seq) FROM inbox")
    for phone, data in presses:
        town.emulator.people.forge_tap(phone.user_id, phone.received[-1].message_id, data)
    while rest := len(presses) - one(town, "SELECT COUNT(*) FROM inbox WHERE seq > :at", at=last):
        await town.pulled()
        assert rest > 0
    await town.sandbox._steps()._drain()
    answered = _answered(town)
    unanswered = [
        (phone.name, data)
        for number, (phone, data) in enumerate(presses, 1)
        if last + number not in answered
    ]
    nothing_given_up(town)
    if unanswered:
        raise AssertionError(f"not answered: {unanswered}")


def _answered(town: Town) -> set[int]:
    """Return the updates that were answered with something to see, and let the answers go."""
    found, saying = set(), []
    rt = town.sandbox.rt
    with Session(rt.engine) as session, session.begin():
        waiting = select(OutboxRow).where(OutboxRow.state == "ready").order_by(OutboxRow.id)
        for row in session.scalars(waiting):
            row.state = "cleared"
            saying.append(row)
            if row.op == "answer":
                body = rt.vault.read_json(row, "body")
                if body["text"] or any(_to(one, row) for one in saying):
                    found.add(int(row.key.split(":")[1]))
                saying = []
    return found


def _to(said: OutboxRow, answer: OutboxRow) -> bool:
    return said.op in SAYING and said.person_id == answer.person_id


async def sends(phone: Phone, kind: str) -> None:
    """Send something that is no text; it must be answered."""
    people, user = phone.town.emulator.people, phone.user_id
    sending = {
        "sticker": lambda: people.send_sticker(user, "🙃"),
        "voice": lambda: people.send_voice(user, 3),
        "contact": lambda: people.send_contact(user, "+44 7700 900999"),
        "location": lambda: people.send_location(user, 0.0, -160.0),
        "document": lambda: people.send_document(user, "x.exe", b"MZ", "application/x-dosexec"),
        "forwarded": lambda: people.forward_text(user, "buy gold now"),
    }
    with everybody_answered(phone.town, kind, phone):
        phone.town.thinks()
        sending[kind]()
        await phone.town.settled()


async def types(phone: Phone, words: str) -> None:
    """Write something hostile; it must be answered."""
    with everybody_answered(phone.town, words, phone):
        await phone.says(words)
