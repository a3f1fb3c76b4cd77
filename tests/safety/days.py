"""A day with everything in it, and what people may write on it."""

import re
from typing import Final

from actions import doses, responses
from tests.actions.house import House, Message

SEIZURE: Final = "I just had a seizure"
TOO_MANY: Final = "I took all my pills"
SUICIDE: Final = "I want to die"
UNSURE: Final = "can't do this any more"
RAN_OUT: Final = "I ran out of my pills two days ago"
THREE: Final = ("08:00 10", "14:00 10", "20:00 10")
AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?) ?mg")


def whole_day(house: House) -> list[Message]:
    """A day with everything in it, and all that anybody was told."""
    tom, maya = house.household(*THREE, drug="baclofen", steps={"2026-12-01": ("08:00 9",)})
    house.at(8)
    house.does(tom, doses.record, house.doses(tom)[0].id)
    for text in ("/today", "/plan", "/help", "/sos", "/people", "/learn", "/checkin", "what now?"):
        house.writes(tom, text)
    house.at(17, 30)
    for text in ("I took a double dose", RAN_OUT, UNSURE, SUICIDE, SEIZURE):
        house.writes(tom, text)
    house.writes(maya, "he is not waking up")
    house.does(maya, responses.acknowledge, house.alert(tom).id)
    house.does(maya, responses.close_by, house.alert(tom).id, "safe")
    house.at(23)
    return [message for who in (tom, maya, house.operator()) for message in house.said(who)]
