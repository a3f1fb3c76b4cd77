"""An update is kept, handled once, and answered whatever breaks."""

from typing import Any, NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from actions import conversation, inbox
from store.models import AuditEntry, InboxRow, Note
from tests.actions.house import House, at_once

SEIZURE = "I just had a seizure"


def raises(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError


def hello(number: int, text: str = "hello", chat: int = 7) -> dict[str, Any]:
    user = {"id": chat, "is_bot": False, "first_name": "Eve", "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": user, "from": user, "text": text}
    return {"update_id": number, "message": message}


def test_an_update_that_comes_twice_is_kept_once(any_house: House) -> None:
    assert any_house.call(inbox.receive, [hello(1), hello(2), hello(1)]) == 2
    assert any_house.call(inbox.receive, [hello(2)]) == 0


def test_an_update_that_two_pollers_bring_at_once_is_kept_once(any_house: House) -> None:
    new = at_once(*[lambda: any_house.call(inbox.receive, [hello(1)])] * 3)
    assert sorted(new) == [0, 0, 1]


def test_two_workers_never_take_the_same_update(any_house: House) -> None:
    any_house.call(inbox.receive, [hello(n, chat=n) for n in range(1, 9)])
    taken = at_once(*[lambda: any_house.call(inbox.claim, 8)] * 3)
    numbers = [seq for rows in taken for seq, _ in rows]
    assert len(numbers) == len(set(numbers))


def test_updates_of_one_chat_are_taken_in_order_one_at_a_time(house: House) -> None:
    house.call(inbox.receive, [hello(5), hello(6), hello(9, chat=8)])
    first = house.call(inbox.claim, 8)
    assert len(first) == 2
    house.call(inbox.finish, first[0][0])
    assert len(house.call(inbox.claim, 8)) == 1


def test_an_update_is_finished_once(any_house: House) -> None:
    any_house.call(inbox.receive, [hello(1)])
    seq = any_house.rows(InboxRow)[0].seq
    ended = at_once(*[lambda: any_house.call(inbox.finish, seq) is not None] * 3)
    assert sorted(ended) == [False, False, True]


def test_a_bug_in_a_handler_still_answers_and_tells_the_operator(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tom = house.patient()
    house.hears(tom)
    monkeypatch.setattr(conversation, "on_text", raises)
    house.writes(tom, "good morning")
    assert house.templates(tom) == ["common/sorry"]
    (told,) = house.hears(house.operator())
    assert told.template == "operator/parked"
    assert "good morning" not in told.text
    assert house.rows(InboxRow)[-1].state == "parked"
    assert house.rows(AuditEntry, what="parked")


def test_a_bug_in_a_handler_never_hides_a_danger(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tom, maya = house.household()
    monkeypatch.setattr(conversation, "on_text", raises)
    house.writes(tom, "I ran out of my pills two days ago")
    assert "safety/urgent" in house.templates(tom)
    assert house.templates(maya) == ["alerts/alert"]
    assert len(house.rows(Note, person_id=tom.id)) == 1


def test_a_bug_in_acting_on_a_danger_still_gives_the_number(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from actions import findings

    tom = house.patient()
    house.hears(tom)
    monkeypatch.setattr(findings, "act", raises)
    house.writes(tom, SEIZURE)
    (said,) = house.hears(tom)
    assert "999" in said.text
    assert house.templates(house.operator()) == ["operator/parked"]


def test_the_next_update_goes_on_after_one_that_broke(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tom = house.patient()
    with monkeypatch.context() as broken:
        broken.setattr(conversation, "on_text", raises)
        house.writes(tom, "good morning")
    house.hears(tom)
    house.writes(tom, SEIZURE)
    assert "safety/emergency" in house.templates(tom)


def test_an_update_that_telegram_s_library_cannot_read_is_parked_and_answered(
    house: House,
) -> None:
    eve = house.person()
    house.writes(eve, "hello", reply_to_message={"nonsense": True})
    house.writes(eve, SEIZURE)
    assert "safety/emergency" in house.templates(eve)


def test_a_passing_error_is_tried_again_and_then_handled_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tom = house.patient()
    house.hears(tom)
    plain, calls = conversation.on_text, []

    def fails_once(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise OperationalError("locked", {}, Exception())
        plain(*args)

    monkeypatch.setattr(conversation, "on_text", fails_once)
    house.writes(tom, "good morning")
    assert house.templates(tom) == []
    house.jumps(seconds=3)
    house.handles()
    assert house.templates(tom) == ["common/kept"]
    assert len(house.rows(Note, person_id=tom.id)) == 1


def test_an_error_that_never_passes_is_parked_after_five_tries(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> NoReturn:
        raise OperationalError("locked", {}, Exception())

    tom = house.patient()
    house.hears(tom)
    monkeypatch.setattr(conversation, "on_text", locked)
    house.writes(tom, "good morning")
    for _ in range(6):
        house.jumps(minutes=1)
        house.handles()
    row = house.rows(InboxRow)[-1]
    assert (row.state, row.attempts) == ("parked", inbox.MOST_ATTEMPTS)
    assert house.templates(tom) == ["common/sorry"]


def test_an_update_whose_worker_died_is_taken_again_after_its_lease(house: House) -> None:
    house.call(inbox.receive, [hello(1)])
    assert house.call(inbox.claim, 8)
    assert house.call(inbox.claim, 8) == []
    house.jumps(seconds=61)
    assert len(house.call(inbox.claim, 8)) == 1


def test_only_a_gap_of_over_two_minutes_is_one(house: House) -> None:
    # What a poll gives back may say how long the gap was; only whether there was one counts here.
    found = []
    for minutes in (0, 1, 2, 2.1, 1):
        house.jumps(minutes=minutes)
        found.append(bool(house.call(inbox.polled)))
    assert found == [False, False, False, True, False]


def test_updates_dealt_with_long_ago_are_forgotten_and_open_ones_kept(house: House) -> None:
    house.call(inbox.receive, [hello(1), hello(2)])
    house.call(inbox.finish, house.rows(InboxRow)[0].seq)
    house.jumps(days=31)
    assert house.call(inbox.forget_old, 30) == 1
    assert [row.update_id for row in house.rows(InboxRow)] == [2]
