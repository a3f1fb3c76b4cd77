"""Being there or not: blocked, unblocked, groups."""

from actions import delivery, presence
from actions.outcomes import Outcome, Result
from scheduler.hooks import HOOKS
from store.models import OutboxRow, Person
from store.queries.outbox import Wanted
from tests.actions.house import House, Someone


def blocked(house: House, who: Someone) -> bool:
    (person,) = house.rows(Person, id=who.id)
    return person.blocked_at is not None


def member(house: House, who: Someone, status: str) -> None:
    user = {"id": 123456, "is_bot": True, "first_name": "Steady"}
    chat = {"id": who.chat, "type": "private"}
    change = {"chat": chat, "from": {"id": who.chat, "is_bot": False, "first_name": "Eve"}}
    old, new = ({"user": user, "status": s} for s in ("member", status))
    if status == "kicked":
        new["until_date"] = 0
    house.receives(
        {"my_chat_member": change | {"date": 1, "old_chat_member": old, "new_chat_member": new}}
    )


def test_somebody_who_blocked_the_bot_is_remembered_so(house: House) -> None:
    tom = house.patient()
    member(house, tom, "kicked")
    assert blocked(house, tom)


def test_somebody_who_comes_back_is_told_and_reachable_again(house: House) -> None:
    tom = house.patient()
    house.does(tom, presence.blocked)
    house.hears(tom)
    house.does(tom, presence.unblocked)
    assert not blocked(house, tom)
    assert house.templates(tom) == ["common/unblocked"]


def test_writing_unblocks(house: House) -> None:
    tom = house.patient()
    house.does(tom, presence.blocked)
    house.writes(tom, "hello")
    assert not blocked(house, tom)


def test_a_message_that_finds_the_chat_closed_says_so(house: House) -> None:
    tom = house.patient()
    house.call(lambda tx: presence.unblocked(tx, tx.session.get_one(Person, tom.id)))
    out = house.call(delivery.claim, Wanted(), HOOKS)
    assert out is not None
    house.ends(out, Outcome(Result.UNREACHABLE))
    assert blocked(house, tom)


def test_a_group_is_left_after_one_neutral_word(house: House) -> None:
    eve = house.person()
    house.does(eve, presence.in_group, -55)
    rows = [row for row in house.rows(OutboxRow) if row.person_id is None]
    assert [(row.op, row.state) for row in rows] == [("send", "sent"), ("leave", "sent")]
