"""From a danger sign up the ladder, until a human answers."""

from actions import alert_words, caregivers, delivery, escalate, findings, responses
from actions.outcomes import Outcome, Result
from actions.tx import Tx
from care.tiers import Tier
from scheduler import sweeps
from scheduler.hooks import HOOKS
from store.models import Alert, AlertEvent, OutboxRow, Patient
from store.queries.outbox import Wanted
from tests.actions.house import House, Someone, at_once

SEIZURE = "I just had a seizure"


def alarmed(house: House, who: Someone) -> int:
    return house.templates(who).count("alerts/alert")


def test_the_first_person_is_told_at_once_and_the_next_after_two_minutes(house: House) -> None:
    tom, maya = house.household()
    dan = house.caregiver(tom)
    house.writes(tom, SEIZURE)
    assert (alarmed(house, maya), alarmed(house, dan)) == (1, 0)
    house.passes(minutes=1, seconds=59)
    assert alarmed(house, dan) == 0
    house.passes(seconds=1)
    assert alarmed(house, dan) == 1


def test_the_operator_is_told_when_nobody_answers(house: House) -> None:
    tom, _ = house.household()
    boss = house.operator()
    house.writes(tom, SEIZURE)
    house.passes(minutes=9)
    assert alarmed(house, boss) == 0
    house.passes(minutes=1)
    assert alarmed(house, boss) == 1


def test_without_a_caregiver_the_operator_is_told_at_once(house: House) -> None:
    tom = house.patient()
    house.writes(tom, SEIZURE)
    assert alarmed(house, house.operator()) == 1


def test_a_ladder_without_rungs_left_tells_the_patient_once(house: House) -> None:
    tom, _ = house.household("20:00 10")
    house.writes(tom, SEIZURE)
    house.passes(hours=3)
    assert house.templates(tom).count("safety/nobody_answered") == 1
    assert house.alert(tom).state == "open"


def test_a_rung_that_two_workers_take_at_once_is_taken_once(any_house: House) -> None:
    tom, maya = any_house.household()
    any_house.writes(tom, SEIZURE)
    any_house.hears(maya)
    any_house.jumps(minutes=2)
    alert = any_house.alert(tom).id
    at_once(*[lambda: any_house.call(escalate.climb_one, alert)] * 3)
    any_house.delivers()
    assert alarmed(any_house, maya) == 1


def test_a_ladder_swept_twice_tells_nobody_twice(any_house: House) -> None:
    tom, maya = any_house.household()
    any_house.writes(tom, SEIZURE)
    any_house.hears(maya)
    any_house.jumps(minutes=2)
    any_house.run(sweeps.ladders_due)
    any_house.run(sweeps.ladders_due)
    assert alarmed(any_house, maya) == 1


def test_two_dangers_told_at_once_are_one_alert(any_house: House) -> None:
    tom, maya = any_house.household()
    dan = any_house.caregiver(tom)
    at_once(
        lambda: any_house.call(_finds, tom, maya, "seizure"),
        lambda: any_house.call(_finds, tom, dan, "breathing"),
    )
    events = any_house.rows(AlertEvent, alert_id=any_house.alert(tom).id)
    assert [event.kind for event in events if event.kind in {"opened", "joined"}] == [
        "opened",
        "joined",
    ]


def test_an_emergency_during_an_answered_alert_starts_the_ladder_again(house: House) -> None:
    tom, maya = house.household()
    house.writes(tom, "I ran out of my pills two days ago")
    house.does(maya, responses.acknowledge, house.alert(tom).id)
    house.hears(maya)
    house.writes(tom, SEIZURE)
    alert = house.alert(tom)
    assert (alert.state, alert.tier, alert.acknowledged_by) == ("open", "emergency", None)
    assert alarmed(house, maya) == 1


def test_without_caregivers_the_operator_is_told_of_every_emergency(house: House) -> None:
    tom, boss = house.patient(), house.operator()
    for _ in range(3):
        house.writes(tom, SEIZURE)
        assert alarmed(house, boss) == 1
        house.jumps(minutes=1)


def test_rungs_that_fell_due_while_nothing_ran_are_one_message_to_each(house: House) -> None:
    tom, maya = house.household("20:00 10")
    house.writes(tom, SEIZURE)
    house.hears(maya)
    house.jumps(minutes=30)
    house.run(sweeps.ladders_due)
    assert alarmed(house, maya) == 1
    assert alarmed(house, house.operator()) == 1


def test_a_lesser_sign_never_lowers_an_open_alert(house: House) -> None:
    tom, _ = house.household()
    house.writes(tom, SEIZURE)
    house.writes(tom, "I ran out of my pills two days ago")
    assert (house.alert(tom).tier, house.alert(tom).label) == ("emergency", "seizure")


def test_the_reply_says_delivered_only_when_it_was(house: House) -> None:
    tom, maya = house.household()
    house.call(_finds, tom, None, "seizure")
    told = house.call(_lines, house.alert(tom).id)
    assert [line["state"] for line in told] == ["notified"]
    house.delivers()
    told = house.call(_lines, house.alert(tom).id)
    assert [line["state"] for line in told] == ["delivered"]
    assert alarmed(house, maya) == 1


def test_somebody_who_cannot_be_reached_is_passed_over_at_once(house: House) -> None:
    tom, maya = house.household()
    dan = house.caregiver(tom)
    house.call(_finds, tom, None, "seizure")
    while (out := house.call(delivery.claim, Wanted(), HOOKS)) is not None:
        blocked = out.chat_id == maya.chat
        result = Result.UNREACHABLE if blocked else Result.SENT
        house.ends(out, Outcome(result, message_id=None if blocked else out.id))
    assert alarmed(house, dan) == 1
    assert "undeliverable" in [line["state"] for line in house.call(_lines, house.alert(tom).id)]


def test_whoever_was_removed_hears_no_more_of_an_alert_that_runs(house: House) -> None:
    tom, maya = house.household()
    dan = house.caregiver(tom)
    house.writes(tom, SEIZURE)
    house.does(tom, caregivers.not_them, house.link(tom, dan).id)
    house.hears(dan)
    house.passes(minutes=6)
    house.does(maya, responses.acknowledge, house.alert(tom).id)
    assert house.templates(dan) == []


def test_nothing_of_an_ended_alert_is_sent_any_more(house: House) -> None:
    tom, maya = house.household()
    house.call(_finds, tom, None, "seizure")
    alert = house.alert(tom).id
    house.call(lambda tx: escalate.end(tx, tx.session.get_one(Alert, alert), None, "safe"))
    house.delivers()
    assert alarmed(house, maya) == 0
    assert {row.state for row in house.rows(OutboxRow, alert_id=alert)} == {"cleared"}


def test_the_alert_keeps_the_ladder_it_was_opened_with(house: House) -> None:
    tom, maya = house.household()
    house.writes(tom, SEIZURE)
    before = house.alert(tom).ladder
    house.caregiver(tom)
    assert house.alert(tom).ladder == before
    assert before[0]["people"] == [maya.id]
    assert house.alert(tom).ladder_version >= 1


def _finds(tx: Tx, who: Someone, author: Someone | None, label: str) -> None:

    patient = tx.session.get_one(Patient, who.id)
    found = findings.from_label(tx, label, Tier.EMERGENCY, rule_id=f"test:{label}")
    by = author.id if author else None
    escalate.open_alert(tx, patient, found, None, author=by)


def _lines(tx: Tx, alert_id: int) -> list[dict[str, str]]:

    alert = tx.session.get_one(Alert, alert_id)
    return alert_words.told_lines(tx, alert)
