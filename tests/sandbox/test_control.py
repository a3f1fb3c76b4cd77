"""The control API: what a script or the page asks, and the one clear line when it asks wrongly."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.emulator import Emulator
from tests.sandbox.fakes import START, ClockHooks, HandClock, png

UNKNOWN_FAULT = (
    "unknown fault kind '404'; use one of 429, 500, 502, timeout_after_accept, drop, slow, away"
)
B64_PNG = base64.b64encode(png()).decode()


async def post(http: httpx.AsyncClient, path: str, body: object) -> Any:
    answer = await http.post(f"/sandbox{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def get(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(f"/sandbox{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_person_is_made_and_listed(http: httpx.AsyncClient) -> None:
    made = await post(http, "/users", {"first_name": "Ana", "language_code": "de"})
    assert await get(http, "/users") == [
        {
            "id": made["id"],
            "first_name": "Ana",
            "language_code": "de",
            "blocked": False,
            "deactivated": False,
            "started": False,
        }
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"text": "hi"}, "text"),
        ({"location": {"latitude": 51.5, "longitude": 0}}, "location"),
        ({"contact": {"phone_number": "+441234567890"}}, "contact"),
        ({"document": {"file_name": "p.yaml", "content_base64": "eA=="}}, "document"),
        ({"photo": {"content_base64": B64_PNG, "caption": "c"}}, "photo"),
        ({"sticker": True}, "sticker"),
        ({"voice": {"seconds": 5}}, "voice"),
        ({"forward_from_text": "read this"}, "text"),
    ],
)
async def test_every_kind_of_message(
    http: httpx.AsyncClient, ana: int, body: dict[str, object], kind: str
) -> None:
    sent = await post(http, f"/users/{ana}/messages", body)
    view = await get(http, f"/users/{ana}/messages")
    assert view["messages"][-1]["message_id"] == sent["message_id"]
    assert view["messages"][-1]["kind"] == kind
    assert view["messages"][-1]["from"] == "user"


async def test_an_edit_shows_as_edited(http: httpx.AsyncClient, ana: int) -> None:
    sent = await post(http, f"/users/{ana}/messages", {"text": "one"})
    await post(http, f"/users/{ana}/messages", {"edit": {**sent, "text": "two"}})
    message = (await get(http, f"/users/{ana}/messages"))["messages"][-1]
    assert (message["text"], message["edited"]) == ("two", True)


async def test_the_chat_shows_what_the_bot_sent(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    keyboard = {"keyboard": [["I need help now"]], "is_persistent": True, "resize_keyboard": True}
    button = {"text": "Taken", "callback_data": "t"}
    emulator.result("sendMessage", chat_id=ana, text="Hello", reply_markup=keyboard)
    emulator.result(
        "sendMessage",
        chat_id=ana,
        text="<b>Dose</b>",
        parse_mode="HTML",
        protect_content=True,
        reply_markup={"inline_keyboard": [[button]]},
    )
    emulator.result("setMyCommands", commands=[{"command": "help", "description": "Get help"}])
    emulator.result("sendChatAction", chat_id=ana, action="typing")
    view = await get(http, f"/users/{ana}/messages")
    assert [message["text"] for message in view["messages"]] == ["/start", "Hello", "Dose"]
    assert view["messages"][2]["from"] == "bot"
    assert view["messages"][2]["inline_keyboard"] == [[button]]
    assert view["messages"][2]["protect_content"] is True
    assert view["messages"][2]["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert view["reply_keyboard"]["is_persistent"] is True
    assert view["commands"] == [{"command": "help", "description": "Get help"}]
    assert (view["bot_name"], view["typing"], view["toast"]) == ("Steady", True, None)


async def test_only_what_changed_after_a_version_comes_back(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="one")["message_id"]
    emulator.result("sendMessage", chat_id=ana, text="two")
    version = (await get(http, f"/users/{ana}/messages"))["version"]
    assert (await get(http, f"/users/{ana}/messages?after={version}"))["messages"] == []
    emulator.result("deleteMessage", chat_id=ana, message_id=sent)
    (changed,) = (await get(http, f"/users/{ana}/messages?after={version}"))["messages"]
    assert (changed["message_id"], changed["deleted"], changed["text"]) == (sent, True, "")


async def test_remove_keyboard_takes_the_reply_keyboard_away(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    for markup in ({"keyboard": [["a"]]}, {"remove_keyboard": True}):
        emulator.result("sendMessage", chat_id=ana, text="x", reply_markup=markup)
    assert (await get(http, f"/users/{ana}/messages"))["reply_keyboard"] is None


async def test_typing_stops_after_five_seconds_or_with_the_message(
    http: httpx.AsyncClient, emulator: Emulator, ana: int, clock: HandClock
) -> None:
    emulator.result("sendChatAction", chat_id=ana, action="typing")
    clock.move(seconds=5)
    assert (await get(http, f"/users/{ana}/messages"))["typing"] is False
    emulator.result("sendChatAction", chat_id=ana, action="typing")
    emulator.result("sendMessage", chat_id=ana, text="x")
    assert (await get(http, f"/users/{ana}/messages"))["typing"] is False


async def test_a_tap_and_its_toast(http: httpx.AsyncClient, emulator: Emulator, ana: int) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = emulator.result("sendMessage", chat_id=ana, text="?", reply_markup=markup)
    body = {"message_id": sent["message_id"], "button": "Yes"}
    tapped = await post(http, f"/users/{ana}/taps", body)
    emulator.result("answerCallbackQuery", callback_query_id=tapped["value"], text="Noted")
    toast = (await get(http, f"/users/{ana}/messages"))["toast"]
    assert (toast["text"], toast["show_alert"]) == ("Noted", False)


async def test_a_forged_tap(http: httpx.AsyncClient, emulator: Emulator, ana: int) -> None:
    body = {"message_id": 1, "button": "dose:99", "forged": True}
    await post(http, f"/users/{ana}/taps", body)
    assert emulator.result("getUpdates")[0]["callback_query"]["data"] == "dose:99"


async def test_a_picture_can_be_shown(http: httpx.AsyncClient, ana: int) -> None:
    await post(http, f"/users/{ana}/messages", {"photo": {"content_base64": B64_PNG}})
    photo = (await get(http, f"/users/{ana}/messages"))["messages"][-1]["photo"]
    assert (photo["width"], photo["height"]) == (2, 2)
    answer = await http.get(photo["url"])
    assert answer.content == png()
    assert answer.headers["content-security-policy"] == "sandbox"


async def test_wait_lets_the_bot_settle_first(
    http: httpx.AsyncClient, hooks: ClockHooks, ana: int
) -> None:
    await post(http, f"/users/{ana}/messages", {"text": "x"})
    assert hooks.done == []
    await post(http, f"/users/{ana}/messages?wait=1", {"text": "x"})
    assert hooks.done == [("settled", None)]


async def test_blocking_and_groups(http: httpx.AsyncClient, emulator: Emulator, ana: int) -> None:
    assert await post(http, f"/users/{ana}/block", {"blocked": True}) == {"blocked": True}
    assert (await get(http, "/users"))[0]["blocked"] is True
    await post(http, f"/users/{ana}/block", {"blocked": False})
    group = (await post(http, "/groups", {"title": "Family", "user_id": ana}))["id"]
    await post(http, f"/users/{ana}/messages", {"text": "/ack", "chat_id": group})
    messages = (await get(http, f"/groups/{group}/messages"))["messages"]
    assert [message["text"] for message in messages] == ["", "/ack"]
    new = (await post(http, f"/groups/{group}/migrate", {}))["id"]
    assert emulator.result("getChat", chat_id=new)["type"] == "supergroup"
    await post(http, f"/groups/{new}/kick", {"user_id": ana})
    await post(http, f"/users/{ana}/deactivate", {})
    assert (await get(http, "/users"))[0]["deactivated"] is True


@pytest.mark.parametrize(
    ("body", "done"),
    [
        ({"advance": "PT8H"}, ("advance", timedelta(hours=8))),
        ({"jump": "P1DT15M"}, ("jump", timedelta(days=1, minutes=15))),
        ({"until": "next_morning"}, ("advance", timedelta(hours=22, minutes=30))),
        (
            {"until": "next_morning", "zone": "America/New_York"},
            ("advance", timedelta(hours=3, minutes=30)),
        ),
    ],
)
async def test_the_clock_is_moved_by_its_owner(
    http: httpx.AsyncClient,
    hooks: ClockHooks,
    body: dict[str, str],
    done: tuple[str, timedelta],
) -> None:
    moved = await post(http, "/clock", body)
    assert hooks.done == [done]
    assert moved == {"now": (START + done[1]).isoformat(), "live": False}
    assert await get(http, "/clock") == moved


async def test_the_next_morning_comes_an_hour_early_when_summer_time_begins(
    http: httpx.AsyncClient, hooks: ClockHooks, clock: HandClock
) -> None:
    clock.at = START.replace(month=3, day=28, hour=20, minute=0)
    await post(http, "/clock", {"until": "next_morning", "zone": "Europe/London"})
    assert hooks.done == [("advance", timedelta(hours=11))]


async def test_faults_are_listed_used_up_and_cleared(
    http: httpx.AsyncClient, emulator: Emulator
) -> None:
    body = {"method": "getMe", "kind": "429", "count": 2, "retry_after": 9}
    await post(http, "/faults", body)
    assert json.loads(emulator.call("getMe", {}).body)["parameters"] == {"retry_after": 9}
    (left,) = (await get(http, "/faults"))["faults"]
    assert (left["kind"], left["count"]) == ("429", 1)
    answer = await http.delete("/sandbox/faults")
    assert answer.json() == {"faults": []}
    assert json.loads(emulator.call("getMe", {}).body)["ok"] is True


async def test_calls_are_kept_in_order(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    emulator.result("sendMessage", chat_id=ana, text="x", reply_markup='{"keyboard": [["a"]]}')
    emulator.call("sendMessage", {"chat_id": 5, "text": "x"})
    emulator.result("getMe")
    calls = (await get(http, "/calls"))["calls"]
    assert [(call["n"], call["method"], call["ok"]) for call in calls] == [
        (1, "sendMessage", True),
        (2, "sendMessage", False),
        (3, "getMe", True),
    ]
    assert calls[0]["result_message_id"] == 2
    assert calls[0]["params"]["reply_markup"] == {"keyboard": [["a"]]}
    assert calls[0]["at"] == START.isoformat()
    assert calls[1]["error"] == "Bad Request: chat not found"
    only = (await get(http, "/calls?after=1&method=sendmessage"))["calls"]
    assert [call["n"] for call in only] == [2]


async def test_the_state_holds_everybody(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    state = await get(http, "/state")
    assert state["users"][0]["id"] == ana
    assert [message["text"] for message in state["users"][0]["messages"]] == ["/start"]
    assert (state["now"], state["live"], state["faults"]) == (START.isoformat(), False, [])
    later = await get(http, f"/state?after={state['version']}")
    assert later["users"][0]["messages"] == []
    emulator.people.create_group("Family", ana)
    assert (await get(http, "/state"))["groups"][0]["title"] == "Family"


async def test_an_event_comes_whenever_something_changes(
    http: httpx.AsyncClient, emulator: Emulator, ana: int
) -> None:
    async with http.stream("GET", "/sandbox/events") as stream:
        lines = stream.aiter_lines()

        async def version() -> int:
            async with asyncio.timeout(5):
                async for line in lines:
                    if line.startswith("data: "):
                        return int(json.loads(line.removeprefix("data: "))["version"])
            raise AssertionError("the stream ended")

        first = await version()
        emulator.people.send_text(ana, "x")
        assert await version() > first


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/users", {}, (400, "first_name must be a text")),
        ("/users", {"first_name": " "}, (400, "first_name must not be empty")),
        ("/users", [], (400, "the body must be a JSON object")),
        ("/users/9/messages", {"text": "x"}, (404, "no user 9")),
        ("/users/x/messages", {"text": "x"}, (404, "user_id must be a whole number, not 'x'")),
        ("/users/ANA/messages", {"text": 5}, (400, "text must be a text")),
        ("/users/ANA/messages", {"location": 5}, (400, "location must be a JSON object")),
        ("/users/ANA/messages", {"location": {}}, (400, "latitude must be a number")),
        (
            "/users/ANA/messages",
            {"photo": {"content_base64": "?"}},
            (400, "content_base64 must be base64"),
        ),
        ("/users/ANA/taps", {"message_id": "1"}, (400, "message_id must be a whole number")),
        ("/users/ANA/taps", {"message_id": 1, "button": "x"}, (400, "message 1 has no button 'x'")),
        ("/users/ANA/block", {"blocked": "yes"}, (400, "blocked must be true or false")),
        ("/clock", {}, (400, "give exactly one of advance, jump and until")),
        ("/clock", {"until": "noon"}, (400, "until must be next_morning")),
        ("/clock", {"until": "next_morning", "zone": "Mars"}, (400, "unknown zone 'Mars'")),
        ("/clock", {"advance": "8h"}, (400, "bad duration '8h'; write it like PT8H, PT15M or P1D")),
        ("/faults", {"kind": "404"}, (400, UNKNOWN_FAULT)),
        ("/faults", {"kind": "429", "count": 0}, (400, "count must be above zero, not 0")),
        ("/faults", {"kind": "429", "count": "x"}, (400, "count must be a number, not 'x'")),
        ("/groups", {"title": "x", "user_id": 9}, (404, "no user 9")),
        ("/groups/9/kick", {"user_id": 1}, (404, "no group 9")),
    ],
)
async def test_a_wrong_request_gets_one_clear_line(
    http: httpx.AsyncClient, ana: int, path: str, body: object, problem: tuple[int, str]
) -> None:
    answer = await http.post("/sandbox" + path.replace("ANA", str(ana)), json=body)
    assert (answer.status_code, answer.json()["error"]) == problem


async def test_two_kinds_in_one_message_are_refused(http: httpx.AsyncClient, ana: int) -> None:
    body = {"text": "x", "sticker": True}
    answer = await http.post(f"/sandbox/users/{ana}/messages", json=body)
    assert answer.json()["error"].startswith("give exactly one of text, location")


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/users/9/messages", 404, "no chat 9"),
        ("/calls?after=x", 400, "after must be a whole number, not 'x'"),
        ("/files/none", 404, "no such file"),
    ],
)
async def test_a_wrong_question_gets_one_clear_line(
    http: httpx.AsyncClient, path: str, status: int, error: str
) -> None:
    answer = await http.get(f"/sandbox{path}")
    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_a_body_that_is_no_json(http: httpx.AsyncClient) -> None:
    answer = await http.post("/sandbox/clock", content=b"\xff{")
    assert answer.json() == {"error": "the body must be JSON"}
