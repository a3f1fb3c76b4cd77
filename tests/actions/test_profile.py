"""The bot introduces itself once per version of its words, and gives everybody their menu."""

from typing import Any

from actions import profile
from store.models import OutboxRow
from tests.actions.house import House, Someone


def calls(house: House) -> list[dict[str, Any]]:
    rows = house.rows(OutboxRow, op="setup")
    return [house.rt.vault.read_json(row, "body") for row in rows]


def menu(house: House, who: Someone) -> list[str]:
    house.does(who, profile.give_menu)
    mine = [c["params"] for c in calls(house) if "scope" in c["params"]]
    last = [p for p in mine if p["scope"]["chat_id"] == who.chat][-1]
    return [one["command"] for one in last["commands"]]


def test_an_introduction_is_made_once_for_each_version_of_the_words(any_house: House) -> None:
    for _ in range(2):
        any_house.call(profile.introduce)
    methods = [call["method"] for call in calls(any_house)]
    assert sorted(methods) == [
        "setMyCommands",
        "setMyDescription",
        "setMyName",
        "setMyShortDescription",
    ]


def test_a_patient_and_a_caregiver_have_menus_of_their_own(house: House) -> None:
    tom, maya = house.household()
    assert "today" in menu(house, tom)
    assert "today" not in menu(house, maya)
    assert "sos" in menu(house, maya)


def test_the_profile_names_no_medicine(house: House) -> None:
    house.call(profile.introduce)
    said = str(calls(house)).casefold()
    assert not [d.name for d in house.rt.content.drugs.values() if d.name.casefold() in said]
