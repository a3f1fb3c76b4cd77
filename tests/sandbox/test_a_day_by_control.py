"""`steady sandbox`, lived through the control API alone: consent to acknowledgement, as a script.

No hook of ours is in between: a process of its own, HTTP in and out, a clock stepped from outside.
"""

import re
from typing import Any, Final

import httpx

from tests.sandbox.page.living import LivingSandbox

JOINING: Final = (
    ("tap", "English"),
    ("tap", "I am 18 or over"),
    ("tap", "United Kingdom"),
    ("tap", "Yes"),
    ("say", "Tom"),
    ("say", "diazepam"),
    ("say", "10 mg 08:00"),
    ("tap", "Yes"),
    ("tap", "No"),
    ("tap", "Over a year"),
    ("tap", "The same as now"),
    ("tap", "Anxiety"),
    ("tap", "No others"),
    ("tap", "None of these"),
    ("tap", "Done"),
    ("say", "Dr Okafor"),
    ("say", "+44 20 7946 0123"),
    ("tap", "No changes"),
    ("tap", "Yes"),
    ("tap", "Today"),
    ("tap", "At a visit"),
    ("say", "19:30"),
    ("say", "+44 7700 900123"),
    ("tap", "Invite someone"),
    ("say", "Maya"),
    ("tap", "Alerts with my words"),
)


class Somebody:
    """One person, as the control API knows them."""

    def __init__(self, house: LivingSandbox, name: str) -> None:
        self._url = f"{house.url}/sandbox"
        self._id = _post(f"{self._url}/users", {"first_name": name, "language_code": "en"})["id"]
        self._me = f"{self._url}/users/{self._id}"

    def say(self, text: str) -> None:
        _post(f"{self._me}/messages?wait=1", {"text": text})

    def tap(self, label: str) -> None:
        """Press the newest button that begins so."""
        for message in reversed(self.messages()):
            for button in _buttons(message):
                if button.startswith(label):
                    body = {"message_id": message["message_id"], "button": button}
                    _post(f"{self._me}/taps?wait=1", body)
                    return
        raise AssertionError(f"no button {label!r} in\n{self.told()}")

    def messages(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self._me}/messages", timeout=30)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return [one for one in found if one["from"] == "bot"]

    def told(self) -> str:
        return "\n\n".join(str(one.get("text")) for one in self.messages())


def _buttons(message: dict[str, Any]) -> list[str]:
    return [one["text"] for row in message.get("inline_keyboard") or [] for one in row]


def _post(url: str, body: dict[str, Any]) -> Any:
    return httpx.post(url, json=body, timeout=120).raise_for_status().json()


def test_a_day_from_consent_to_acknowledgement_by_the_control_api_alone() -> None:
    with LivingSandbox() as house:
        tom, maya = Somebody(house, "Tom"), Somebody(house, "Maya")
        tom.say("/start")
        for how, what in JOINING:
            getattr(tom, how)(what)
        assert "You're set up" in tom.told()

        token = re.findall(r"\?start=([\w-]+)", tom.told())[-1]
        maya.say(f"/start {token}")
        maya.tap("Yes")
        maya.tap("Got it")
        assert "Maya answered the test" in tom.told()

        clock = f"{house.url}/sandbox/clock"
        _post(clock, {"advance": "PT1H"})
        assert "Time for what's planned now" in tom.told()
        tom.tap("Taken")
        assert "taken 08:" in tom.told()

        _post(clock, {"advance": "PT11H"})
        tom.tap("Start")
        tom.tap("2")
        tom.say("I just had a seizure")
        assert "Call 999 now" in tom.told()
        assert "It's about Tom" in maya.told()
        maya.tap("I'm on it")
        assert "Maya is on it" in tom.told()
        assert [call for call in house.get("calls")["calls"] if call["error"]] == []
