"""What hostile input must never do: go unanswered, be given up on, or change what is another's."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from sandbox import limits
from sandbox.markup import parse_html, units
from store.models import OutboxRow
from tests.sandbox.fakes import png
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
PIXEL: Final = png()
SAYING: Final = frozenset({"send", "edit", "photo"})


def rows(town: Town, sql: str, **values: object) -> Sequence[RowMapping]:
    """Return what the database says."""
    with town.sandbox.rt.engine.connect() as connection:
        return connection.execute(text(sql), values).mappings().all()


def one(town: Town, sql: str, **values: object) -> Any:
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
    """Press buttons that were never there; each press must get a kind answer of its own."""
    forge = town.emulator.people.forge_tap
    await does(
        town,
        *(
            (f"{phone.name}: {data}", partial(forge, phone.user_id, _newest(phone), data))
            for phone, data in presses
        ),
    )


async def sends(phone: Phone, *texts: str) -> None:
    """Write texts without waiting; each must get an answer of its own."""
    send = phone.town.emulator.people.send_text
    await does(phone.town, *((text[:60], partial(send, phone.user_id, text)) for text in texts))


async def sends_things(phone: Phone) -> None:
    """Send what is no text of one's own; each must get an answer of its own."""
    people, user = phone.town.emulator.people, phone.user_id
    await does(
        phone.town,
        ("sticker", partial(people.send_sticker, user, "🙃")),
        ("voice", partial(people.send_voice, user, 3)),
        ("contact", partial(people.send_contact, user, "+44 7700 900999")),
        ("location", partial(people.send_location, user, 0.0, -160.0)),
        ("file", partial(people.send_document, user, "x.exe", b"MZ", "application/x-dosexec")),
        ("photo", partial(people.send_photo, user, PIXEL)),
        ("forwarded", partial(people.forward_text, user, "buy gold now")),
    )


async def does(town: Town, *acts: tuple[str, Callable[[], object]]) -> None:
    """Do all this at once; each act must be handled and answered.

    Nothing is sent: a thousand messages would take an hour of Telegram's pace.
    """
    last = one(town, "SELECT COALESCE(MAX(seq), 0) FROM inbox")
    for _, act in acts:
        act()
    newer = "SELECT seq FROM inbox WHERE seq > :last ORDER BY seq"
    while len(new := [row["seq"] for row in rows(town, newer, last=last)]) < len(acts):
        await town.pulled()
    await town.sandbox._steps()._drain()
    nothing_given_up(town)
    answered = _answered(town)
    silent = [what for seq, (what, _) in zip(new, acts, strict=True) if seq not in answered]
    if silent:
        raise AssertionError(f"not answered: {silent}")


def _newest(phone: Phone) -> int:
    return phone.received[-1].message_id


def _answered(town: Town) -> set[int]:
    """Return the updates that were answered with something to see, and let the answers go."""
    found: set[int] = set()
    before: list[OutboxRow] = []
    rt = town.sandbox.rt
    with Session(rt.engine) as session, session.begin():
        waiting = select(OutboxRow).where(OutboxRow.state == "ready").order_by(OutboxRow.id)
        for row in session.scalars(waiting):
            row.state = "cleared"
            before.append(row)
            body = rt.vault.read_json(row, "body")
            assert units(parse_html(body.get("text") or "")[0]) <= limits.TEXT_UNITS, row.template
            if row.op == "answer":
                toast = body["text"]
                seen = toast or any(_to(said, row) for said in before)
                before.clear()
            else:
                seen = row.op in SAYING
            if seen and row.key.startswith("in:"):
                found.add(int(row.key.split(":")[1]))
    return found


def _to(said: OutboxRow, answer: OutboxRow) -> bool:
    return said.op in SAYING and said.person_id == answer.person_id


async def types(phone: Phone, words: str) -> None:
    """Write something hostile; it must be answered."""
    with everybody_answered(phone.town, words, phone):
        await phone.says(words)
