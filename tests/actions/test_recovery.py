"""After a gap everything open is asked again once, and nothing is fired at anybody."""

from datetime import datetime, timedelta

from actions import checkin, recovery
from store.models import InboxRow, OutboxRow
from tests.actions.house import House, Someone

UNSURE = "can't do this any more"


def polls(house: House) -> None:
    house.call(recovery.take_in, [])
    house.delivers()


def gap(house: House, minutes: float) -> None:
    polls(house)
    house.jumps(minutes=minutes)
    polls(house)


def asks_again(house: House, who: Someone) -> int:
    return sum("may_have_missed" in name for name in house.templates(who))


def test_after_two_minutes_an_open_question_is_asked_again_once(any_house: House) -> None:
    tom = any_house.patient()
    any_house.does(tom, checkin.open_today)
    gap(any_house, 3)
    assert asks_again(any_house, tom) == 1
    polls(any_house)
    assert asks_again(any_house, tom) == 0


def test_a_shorter_gap_asks_nothing(house: House) -> None:
    tom = house.patient()
    house.does(tom, checkin.open_today)
    gap(house, 2)
    assert asks_again(house, tom) == 0


def test_an_open_question_about_danger_is_asked_again_too(house: House) -> None:
    tom = house.patient("20:00 10")
    house.writes(tom, UNSURE)
    house.hears(tom)
    gap(house, 3)
    heard = house.templates(tom)
    assert [name for name in heard if name in {"common/may_have_missed", "asks/suicide"}]


def test_whoever_was_asked_nothing_hears_nothing_of_a_gap(house: House) -> None:
    ben = house.patient("20:00 10")
    house.hears(ben)
    gap(house, 30)
    assert house.templates(ben) == []


def test_the_open_question_comes_back_when_it_is_asked_for(house: House) -> None:
    tom = house.patient()
    house.does(tom, checkin.open_today)
    (screen,) = [m.text for m in house.hears(tom) if "sleep" in m.text]
    house.does(tom, recovery.again)
    assert house.hears(tom)[-1].text == screen


def test_a_process_that_takes_over_lets_go_of_what_a_dead_one_held(house: House) -> None:
    tom = house.patient("20:00 10")
    house.call(lambda tx: tx.session.add(_taken(tx.now, tom)))
    house.call(recovery.take_over)
    (row,) = house.rows(InboxRow)
    assert row.lease_until == house.clock.at
    assert not [one for one in house.rows(OutboxRow) if one.state == "sending"]


def _taken(now: datetime, who: Someone) -> InboxRow:
    return InboxRow(
        bot_id=1,
        update_id=1,
        chat_hash=str(who.chat),
        key_owner=str(who.chat),
        uid="1",
        state="taken",
        attempts=1,
        received_at=now,
        next_at=now,
        lease_until=now + timedelta(seconds=50),
    )
