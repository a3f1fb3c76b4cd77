"""What was dealt with long ago is let go, and the house says how it stands."""

from actions import conversation, retention
from actions.tx import Tx
from store.models import AuditEntry, Dose, InboxRow, Note, OutboxRow, Person
from tests.actions.house import House


def test_raw_updates_and_sent_messages_go_and_the_record_stays(any_house: House) -> None:
    tom = any_house.patient()
    any_house.writes(tom, "good morning")
    kept = any_house.how_many(Dose), any_house.how_many(Note)
    any_house.jumps(days=31)
    assert any_house.call(retention.purge, 30) > 0
    assert any_house.rows(InboxRow) == []
    assert any_house.rows(OutboxRow) == []
    assert (any_house.how_many(Dose), any_house.how_many(Note)) == kept


def test_what_is_younger_or_still_waits_stays(house: House) -> None:
    tom = house.patient()
    house.call(lambda tx: conversation.show_help(tx, _person(tx, tom.id)))
    waiting = house.rows(OutboxRow, state="ready")
    house.jumps(days=31)
    house.call(retention.purge, 30)
    assert [row.id for row in house.rows(OutboxRow)] == [row.id for row in waiting]


def test_a_sweep_that_fails_is_told_once_an_hour(house: House) -> None:
    house.clock.at = house.clock.at.replace(minute=0)
    for _ in range(6):
        house.call(retention.trouble, "doses_due", 7, "KeyError")
        house.delivers()
        house.jumps(minutes=10)
    assert house.templates(house.operator()) == ["operator/sweep_failed"]
    assert len(house.rows(AuditEntry, what="sweep_failed")) == 1
    house.call(retention.trouble, "doses_due", 7, "KeyError")
    house.delivers()
    assert house.templates(house.operator()) == ["operator/sweep_failed"]


def test_a_house_that_works_has_nothing_wrong(house: House) -> None:
    tom = house.patient("20:00 10")
    house.writes(tom, "hello")
    house.call(retention.mark, "sweep")
    figures = house.call(retention.status)
    assert (figures["wrong"], figures["open_alerts"]) == ([], 0)


def test_what_waits_too_long_is_wrong(house: House) -> None:
    tom = house.patient("20:00 10")
    house.call(retention.mark, "sweep")
    house.call(lambda tx: conversation.show_help(tx, _person(tx, tom.id)))
    house.jumps(minutes=4)
    wrong = " ".join(house.call(retention.status)["wrong"])
    assert "outbox" in wrong
    assert "last sweep" in wrong


def test_an_open_alert_is_counted_and_a_drill_is_not(house: House) -> None:
    tom, _ = house.household()
    assert house.call(retention.status)["open_alerts"] == 0
    house.writes(tom, "I just had a seizure")
    assert house.call(retention.status)["open_alerts"] == 1


def _person(tx: Tx, person_id: int) -> Person:
    return tx.session.get_one(Person, person_id)
