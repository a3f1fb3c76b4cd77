"""What people answer to an alert, and who hears of it."""

import pytest

from actions import responses
from store.models import AlertEvent, CareLink
from tests.actions.house import House, Someone, at_once

SEIZURE = "I just had a seizure"


@pytest.fixture
def three(house: House) -> tuple[Someone, Someone, Someone]:
    """A patient in danger and two caregivers who both know."""
    return _alarm(house)


def _alarm(house: House) -> tuple[Someone, Someone, Someone]:
    tom, maya = house.household()
    dan = house.caregiver(tom)
    house.writes(tom, SEIZURE)
    house.passes(minutes=2)
    for who in (tom, maya, dan):
        house.hears(who)
    return tom, maya, dan


def press(house: House, who: Someone, verb: str, alert: int) -> list[str]:
    house.taps(who, f"{verb}:{alert}")
    return house.templates(who)


def test_two_who_take_an_alert_on_in_the_same_moment_are_told_apart(any_house: House) -> None:
    tom, maya, dan = _alarm(any_house)
    alert = any_house.alert(tom).id
    at_once(
        lambda: any_house.does(maya, responses.acknowledge, alert),
        lambda: any_house.does(dan, responses.acknowledge, alert),
    )
    any_house.delivers()
    events = any_house.rows(AlertEvent, alert_id=alert, kind="acknowledged")
    assert [event.person_id for event in events] == [any_house.alert(tom).acknowledged_by]
    first, second = (maya, dan) if events[0].person_id == maya.id else (dan, maya)
    assert any_house.templates(first)[0] == "alerts/yours"
    assert "alerts/already_taken" in any_house.templates(second)
    assert any_house.templates(tom) == ["alerts/patient_taken"]


def test_taking_it_on_stops_the_ladder_and_tells_everybody_who(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, dan = three
    assert press(house, maya, "alert.ack", house.alert(tom).id) == ["alerts/yours"]
    assert house.templates(dan) == ["alerts/taken"]
    assert house.templates(tom) == ["alerts/patient_taken"]
    house.passes(hours=1)
    assert (house.templates(maya), house.templates(dan)) == ([], [])


def test_passing_it_on_reopens_it_for_somebody_else(house: House) -> None:
    tom, maya = house.household()
    dan = house.caregiver(tom)
    house.writes(tom, SEIZURE)
    alert = house.alert(tom).id
    press(house, maya, "alert.ack", alert)
    assert press(house, maya, "alert.pass", alert) == ["alerts/passed"]
    assert "alerts/alert" in house.templates(dan)
    assert house.alert(tom).state == "open"


def test_a_stranger_who_was_told_is_removed_and_the_patient_hears_it(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, dan = three
    press(house, maya, "alert.wrong", house.alert(tom).id)
    assert house.link(tom, maya).state == "removed"
    assert "alerts/patient_wrong" in house.templates(tom)
    assert "alerts/alert" in house.templates(dan)
    house.passes(hours=1)
    assert house.templates(maya) == []


def test_a_stranger_who_took_it_on_first_does_not_keep_it(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, dan = three
    alert = house.alert(tom).id
    press(house, maya, "alert.ack", alert)
    house.hears(dan)
    press(house, maya, "alert.wrong", alert)
    assert house.alert(tom).state == "open"
    assert "alerts/alert" in house.templates(dan)


def test_the_patient_s_mistake_is_told_and_ends_nothing(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, _ = three
    press(house, tom, "safety.mistake", house.alert(tom).id)
    assert house.templates(maya) == ["alerts/says_mistake"]
    assert house.alert(tom).state == "open"


def test_feeling_safe_for_now_is_told_and_ends_nothing(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, _ = three
    press(house, tom, "safety.safe", house.alert(tom).id)
    assert house.templates(maya) == ["alerts/says_safe"]
    assert house.alert(tom).state == "open"


def test_who_cannot_call_has_everybody_and_the_operator_told_at_once(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, dan = three
    press(house, tom, "safety.cannot", house.alert(tom).id)
    for who in (maya, dan, house.operator()):
        assert house.templates(who) == ["alerts/cannot_call"]


def test_an_alert_is_ended_by_a_human_who_was_told_and_everybody_hears_why(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, dan = three
    press(house, maya, "alert.false", house.alert(tom).id)
    found = house.alert(tom)
    assert (found.state, found.closed_by, found.close_reason) == (
        "closed",
        maya.id,
        "false_alarm",
    )
    assert house.templates(dan) == ["alerts/closed_false_alarm"]
    assert house.templates(tom) == ["alerts/patient_closed_false_alarm"]


def test_somebody_who_was_not_told_can_do_nothing_to_an_alert(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, _, _ = three
    eve, alert = house.patient(), house.alert(three[0]).id
    house.hears(eve)
    verbs = ("ack", "pass", "wrong", "safe", "false")
    said = [press(house, eve, f"alert.{verb}", alert) for verb in verbs]
    said += [press(house, eve, f"safety.{v}", alert) for v in ("called", "safe", "cannot")]
    assert {name for names in said for name in names} == {"common/old_button"}
    assert house.alert(tom).state == "open"


def test_an_ended_alert_says_so_and_stays_ended(
    house: House, three: tuple[Someone, Someone, Someone]
) -> None:
    tom, maya, dan = three
    alert = house.alert(tom).id
    press(house, maya, "alert.safe", alert)
    house.hears(dan)
    for verb in ("ack", "pass", "false"):
        assert press(house, dan, f"alert.{verb}", alert) == ["alerts/already_closed"]
    assert house.alert(tom).close_reason == "safe"


def test_a_test_alert_that_is_answered_is_noted_and_ended(house: House) -> None:
    tom, maya = house.household()
    link = house.rows(CareLink, patient_id=tom.id, person_id=maya.id)[0]
    assert link.drill_answered_at == house.clock.at
