import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from telegram import Bot

from care.messages import Kind
from sandbox.calls import CallRecord
from sandbox.emulator import Emulator
from sandbox.faults import Fault
from scheduler.sender import Sender
from tests.scheduler.fakes import Queue, drawn, meet, texts


@pytest.fixture
def ana(queue: Queue, telegram: Emulator) -> tuple[int, int]:
    """Ana's chat id and person id."""
    return meet(queue, telegram)


async def drain_through(queue: Queue, sender: Sender, span: timedelta) -> None:
    """Step the clock from due instant to due instant, sending at each."""
    end = queue.clock.at + span
    await sender.drain()
    while (at := soonest(sender)) is not None and at <= end:
        assert at > queue.clock.at
        queue.clock.at = at
        await sender.drain()


def soonest(sender: Sender) -> datetime | None:
    return min((at for at in (sender.next_at(), sender.due_at()) if at is not None), default=None)


def calls(telegram: Emulator) -> list[CallRecord]:
    """What was called since the bot started, which asks who it is."""
    return [call for call in telegram.calls.since() if call.method != "getMe"]


# What is said, and how


async def test_a_text_arrives_as_html_with_its_buttons(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    chat, person = ana
    buttons = [
        [{"text": "Taken", "data": "dose.taken:812"}],
        [{"text": "Read", "url": "https://example.org"}, {"text": "112", "copy": "112"}],
    ]
    body = {"text": "<b>Your</b> dose", "inline": buttons, "reply": None, "quiet": True}
    row = queue.put(person, body=body)
    assert await sender.drain() == 1
    message = telegram.world.chats[chat].messages[queue.row(row).message_id or 0]
    assert message.text == "Your dose"
    assert message.inline_keyboard[0][0]["callback_data"] == "dose.taken:812"
    assert message.inline_keyboard[1][1]["copy_text"] == {"text": "112"}
    [call] = telegram.calls.since(method="sendMessage")
    assert call.params["disable_notification"] is True
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert call.unknown == []


async def test_the_keyboard_above_the_input_comes_and_goes(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    rows: list[list[Any]] = [["I need help now"], [{"text": "Share", "request": "location"}]]
    keys = {"rows": rows, "persistent": True, "placeholder": "Write"}
    queue.put(ana[1], body={"text": "a", "reply": keys})
    queue.put(ana[1], body={"text": "b", "reply": "remove"})
    await sender.drain()
    shown, gone = (call.params["reply_markup"] for call in calls(telegram))
    assert shown["keyboard"][0] == [{"text": "I need help now"}]
    assert shown["keyboard"][1] == [{"text": "Share", "request_location": True}]
    assert (shown["is_persistent"], shown["input_field_placeholder"]) == (True, "Write")
    assert gone == {"remove_keyboard": True}


async def test_an_edit_changes_the_message_and_a_strip_takes_its_buttons(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    chat, person = ana
    buttons = [[{"text": "Yes", "data": "yes"}]]
    screen = queue.put(person, body={"text": "One?", "inline": buttons})
    await sender.drain()
    queue.put(person, op="edit", body={"text": "Two?", "inline": buttons}, target_id=screen)
    await sender.drain()
    assert texts(telegram, chat) == ["Two?"]
    queue.put(person, Kind.CONFIRMATION, "strip", {}, target_id=screen)
    await sender.drain()
    message = telegram.world.chats[chat].messages[queue.row(screen).message_id or 0]
    assert message.inline_keyboard == []
    assert queue.states() == {"sent": 3}


async def test_an_edit_that_changes_nothing_counts_as_sent(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    screen = queue.put(ana[1], body={"text": "Same"})
    edit = queue.put(ana[1], op="edit", body={"text": "Same"}, target_id=screen)
    await sender.drain()
    row = queue.row(edit)
    assert (row.state, row.error) == ("sent", None)
    assert row.message_id == queue.row(screen).message_id is not None


async def test_an_edit_of_a_deleted_message_comes_as_a_new_one(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    chat, person = ana
    screen = queue.put(person, body={"text": "One"})
    await sender.drain()
    telegram.result("deleteMessage", chat_id=chat, message_id=queue.row(screen).message_id)
    queue.put(person, op="edit", body={"text": "Two"}, target_id=screen)
    await sender.drain()
    assert texts(telegram, chat)[-1] == "Two"
    assert queue.states() == {"sent": 2}


async def test_a_message_is_deleted(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    screen = queue.put(ana[1])
    queue.put(ana[1], Kind.CONFIRMATION, "delete", {}, target_id=screen)
    await sender.drain()
    assert [call.method for call in calls(telegram)] == ["sendMessage", "deleteMessage"]
    assert queue.states() == {"sent": 2}


async def test_a_picture_and_a_document_are_drawn_from_their_recipes(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    body = {"recipe": {"what": "plan"}, "caption": "Your <b>plan</b>", "file_name": "plan.png"}
    picture = queue.put(ana[1], op="photo", body=body | {"protect": True})
    queue.put(ana[1], op="document", body=body)
    queue.put(ana[1], op="edit", body={"text": "New caption"}, target_id=picture)
    await sender.drain()
    photo, document, _ = calls(telegram)
    assert (photo.method, photo.params["protect_content"]) == ("sendPhoto", True)
    assert document.params["document"]["file_name"] == "plan.png"
    assert texts(telegram, ana[0]) == ["New caption", "Your plan"]


async def test_a_picture_that_cannot_be_drawn_fails_alone_and_says_nothing_private(
    queue: Queue,
    telegram: Emulator,
    sender: Sender,
    ana: tuple[int, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = {"recipe": {"broken": "Ana's secret"}, "file_name": "x.png"}
    picture = queue.put(ana[1], op="photo", body=body)
    queue.put(ana[1], body={"text": "next"})
    await sender.drain()
    assert texts(telegram, ana[0]) == ["next"]
    assert queue.row(picture).error == "cannot be made: ValueError"
    assert queue.log.calls == [("refused", picture)]
    assert "secret" not in caplog.text


async def test_a_body_nobody_understands_fails_alone(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    bad = queue.put(ana[1], Kind.ALERT, body={"words": "no text"})
    strange = queue.put(ana[1], Kind.ALERT, op="shout")
    queue.put(ana[1], body={"text": "next"})
    await sender.drain()
    assert texts(telegram, ana[0]) == ["next"]
    assert (queue.state(bad), queue.state(strange)) == ("failed", "failed")


async def test_a_button_press_is_answered_and_an_old_one_is_no_error(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    chat, person = ana
    screen = queue.put(person, body={"text": "?", "inline": [[{"text": "Yes", "data": "y"}]]})
    await sender.drain()
    press = telegram.people.tap(chat, queue.row(screen).message_id or 0, "Yes").value
    body = {"callback_id": press, "text": "Noted"}
    fresh = queue.put(person, Kind.CONFIRMATION, "answer", body)
    await sender.drain()
    queue.clock.move(seconds=151)
    old = queue.put(person, Kind.CONFIRMATION, "answer", body)
    await sender.drain()
    assert (queue.state(fresh), queue.state(old)) == ("sent", "cleared")
    assert queue.log.calls == []


async def test_a_group_is_left(queue: Queue, telegram: Emulator, sender: Sender) -> None:
    ana = telegram.people.create_user("Ana")
    group = telegram.people.create_group("Family", ana)
    queue.put(None, Kind.CONFIRMATION, body={"text": "Bye", "chat_id": group})
    queue.put(None, Kind.CONFIRMATION, "leave", {"chat_id": group})
    await sender.drain()
    assert [call.method for call in calls(telegram)] == ["sendMessage", "leaveChat"]
    assert queue.states() == {"sent": 2}


async def test_a_group_that_moved_gets_its_message_where_it_is_now(
    queue: Queue, telegram: Emulator, sender: Sender
) -> None:
    ana = telegram.people.create_user("Ana")
    group = telegram.people.create_group("Family", ana)
    moved = telegram.people.migrate_group(group)
    queue.put(None, Kind.CONFIRMATION, body={"text": "Bye", "chat_id": group})
    await drain_through(queue, sender, timedelta(minutes=1))
    assert texts(telegram, moved) == ["Bye"]


async def test_the_bot_is_set_up(queue: Queue, telegram: Emulator, sender: Sender) -> None:
    commands = [{"command": "help", "description": "Get help: naïve & quick"}]
    queue.put(
        None, Kind.SETUP, "setup", {"method": "setMyCommands", "params": {"commands": commands}}
    )
    queue.put(None, Kind.SETUP, "setup", {"method": "setMyName", "params": {"name": "Steady & co"}})
    await sender.drain()
    assert telegram.result("getMyCommands") == commands
    assert telegram.result("getMyName")["name"] == "Steady & co"


async def test_only_settings_can_be_set_up(
    queue: Queue, telegram: Emulator, sender: Sender
) -> None:
    row = queue.put(None, Kind.SETUP, "setup", {"method": "logOut", "params": {}})
    await sender.drain()
    assert calls(telegram) == []
    assert queue.state(row) == "failed"


# What Telegram says


async def test_an_alert_whose_answer_was_lost_comes_twice_the_second_time_marked(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("timeout_after_accept", "sendMessage"))
    alert = queue.put(ana[1], Kind.ALERT, body={"text": "Alert 7"}, alert_id=7)
    await drain_through(queue, sender, timedelta(minutes=10))
    assert texts(telegram, ana[0]) == ["Alert 7", "Alert 7\n(repeat)"]
    assert queue.log.calls == [("delivered", alert)]


async def test_a_reminder_whose_answer_was_lost_comes_once_more_worded_and_never_thrice(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("timeout_after_accept", "sendMessage", count=5))
    body = {"text": "Your dose", "once_more": "This may be a repeat. Your dose"}
    reminder = queue.put(ana[1], Kind.REMINDER, body=body)
    await drain_through(queue, sender, timedelta(hours=4))
    assert texts(telegram, ana[0]) == ["Your dose", "This may be a repeat. Your dose"]
    assert queue.state(reminder) == "unknown"


async def test_a_confirmation_whose_answer_was_lost_is_not_said_again(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("timeout_after_accept", "sendMessage"))
    row = queue.put(ana[1], Kind.CONFIRMATION, body={"text": "Noted"})
    await drain_through(queue, sender, timedelta(hours=1))
    assert texts(telegram, ana[0]) == ["Noted"]
    assert queue.state(row) == "unknown"


async def test_a_proxys_502_is_an_unknown_outcome(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("502", "sendMessage"))
    row = queue.put(ana[1], Kind.CONFIRMATION, body={"text": "Noted"})
    await sender.drain()
    assert queue.state(row) == "unknown"


@pytest.mark.parametrize("kind", ["500", "drop"])
async def test_what_was_surely_not_sent_is_sent_unmarked_when_telegram_is_back(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int], kind: str
) -> None:
    telegram.give_fault(Fault(kind, "sendMessage", count=3))
    queue.put(ana[1], Kind.ALERT, body={"text": "Alert 7"})
    await drain_through(queue, sender, timedelta(minutes=1))
    assert texts(telegram, ana[0]) == ["Alert 7"]
    assert len(calls(telegram)) == 4


async def test_while_telegram_is_away_a_message_is_tried_until_it_expires(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("away"))
    row = queue.put(ana[1], Kind.CONFIRMATION)
    await drain_through(queue, sender, timedelta(hours=1))
    queue.clock.move(hours=1)
    await sender.drain()
    assert queue.state(row) == "expired"
    assert soonest(sender) is None


async def test_waiting_for_another_try_is_no_pace_to_wait_for(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("away"))
    queue.put(ana[1])
    await sender.drain()
    assert sender.next_at() is None
    assert sender.due_at() == queue.clock.at + timedelta(seconds=1)


async def test_a_429_is_honoured_to_the_second_and_holds_up_no_other_chat(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    ben_chat, ben = meet(queue, telegram, "Ben")
    telegram.give_fault(Fault("429", "sendMessage", retry_after=7, chat_id=ana[0]))
    start = queue.clock.at
    row = queue.put(ana[1], body={"text": "a"})
    queue.put(ana[1], Kind.CONFIRMATION, body={"text": "b"})
    queue.put(ben, body={"text": "c"})
    await sender.drain()
    assert (texts(telegram, ana[0]), texts(telegram, ben_chat)) == ([], ["c"])
    assert sender.next_at() == start + timedelta(seconds=7)
    queue.clock.move(seconds=6.9)
    assert await sender.drain() == 0
    queue.clock.at = start + timedelta(seconds=7)
    assert await sender.drain() == 2
    assert texts(telegram, ana[0]) == ["a", "b"]
    assert queue.row(row).attempts == 1


async def test_a_second_chats_429_stops_everything_for_as_long_as_it_says(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    people = [meet(queue, telegram, name)[1] for name in ("Ben", "Cas")]
    telegram.give_fault(Fault("429", "sendMessage", count=2, retry_after=5))
    start = queue.clock.at
    for person in (ana[1], *people):
        queue.put(person)
    assert await sender.drain() == 2
    assert sender.next_at() == start + timedelta(seconds=5)
    queue.clock.at = start + timedelta(seconds=5)
    assert await sender.drain() == 3


async def test_a_blocked_bot_fails_its_alert_and_tells_the_ladder(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.people.set_blocked(ana[0], blocked=True)
    alert = queue.put(ana[1], Kind.ALERT, alert_id=7)
    await sender.drain()
    assert queue.state(alert) == "failed"
    assert queue.log.calls == [("undeliverable", alert)]


async def test_somebody_who_never_pressed_start_cannot_be_reached(
    queue: Queue, telegram: Emulator, sender: Sender
) -> None:
    person = queue.person(telegram.people.create_user("Ben"))
    alert = queue.put(person, Kind.ALERT)
    await sender.drain()
    assert queue.log.calls == [("undeliverable", alert)]


async def test_a_text_telegram_refuses_fails_once_and_an_operator_hears_of_it(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    row = queue.put(ana[1], Kind.ALERT, body={"text": "long " * 1000})
    await drain_through(queue, sender, timedelta(minutes=5))
    assert len(calls(telegram)) == 1
    assert queue.log.calls == [("refused", row)]
    assert queue.row(row).error == "Message is too long"


async def test_a_text_with_broken_markup_is_said_plainly_rather_than_not_at_all(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    row = queue.put(ana[1], Kind.SAFETY, body={"text": "<b>Call 999 &amp; stay < with us"})
    picture = {"recipe": {}, "caption": "<i>Your plan", "file_name": "plan.png"}
    queue.put(ana[1], op="photo", body=picture)
    await sender.drain()
    assert texts(telegram, ana[0]) == ["Call 999 & stay < with us", "Your plan"]
    assert queue.state(row) == "sent"
    assert (queue.row(row).error or "").startswith("Can't parse entities")
    assert queue.log.calls == []


# Order and pace


async def test_an_alert_overtakes_two_thousand_reminders(
    queue: Queue, telegram: Emulator, sender: Sender
) -> None:
    people = [meet(queue, telegram, f"P{n}")[1] for n in range(40)]
    body = {"text": "Your dose"}
    queue.put_all([(people[n % 40], Kind.REMINDER, "send", body) for n in range(2000)])
    assert await sender.drain() == 25
    chat, person = meet(queue, telegram)
    queue.put(person, Kind.ALERT, body={"text": "Alert 7"})
    assert await sender.drain() == 1
    assert texts(telegram, chat) == ["Alert 7"]


async def test_no_second_holds_more_than_the_rate_when_the_clock_steps(
    queue: Queue, telegram: Emulator, sender: Sender
) -> None:
    people = [meet(queue, telegram, f"P{n}")[1] for n in range(60)]
    queue.put_all([(person, Kind.REMINDER, "send", {"text": "Dose"}) for person in people])
    start = queue.clock.at
    await drain_through(queue, sender, timedelta(minutes=1))
    assert queue.states() == {"sent": 60}
    assert queue.clock.at == start + timedelta(seconds=2)


async def test_one_chat_gets_a_burst_of_three_and_then_a_calm_pace(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    start = queue.clock.at
    queue.put_all([(ana[1], Kind.QUESTION, "send", {"text": str(n)}) for n in range(5)])
    assert await sender.drain() == 3
    await drain_through(queue, sender, timedelta(minutes=1))
    assert texts(telegram, ana[0]) == ["0", "1", "2", "3", "4"]
    assert queue.clock.at == start + timedelta(seconds=2.1)


async def test_draining_twice_sends_nothing_twice(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    queue.put(ana[1], body={"text": "once"})
    assert (await sender.drain(), await sender.drain()) == (1, 0)
    assert texts(telegram, ana[0]) == ["once"]


async def test_a_held_back_message_tells_the_clock_when_it_is_due(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    morning = queue.clock.at + timedelta(hours=8)
    queue.put(ana[1], Kind.LESSON, not_before=morning)
    await sender.drain()
    assert (sender.next_at(), sender.due_at()) == (None, morning)


# The running sender


async def running(sender: Sender, ready: asyncio.Event) -> None:
    """Run the sender until a test says that it has seen enough."""
    stop = asyncio.Event()
    task = asyncio.create_task(sender.run(stop))
    async with asyncio.timeout(10):
        await ready.wait()
    stop.set()
    await task


async def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not happen in ten seconds")


async def seen(queue: Queue, state: str, number: int, ready: asyncio.Event) -> None:
    await until(lambda: queue.states()[state] >= number)
    ready.set()


async def test_the_running_sender_sends_what_was_queued_before_and_meanwhile(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    ready = asyncio.Event()
    queue.put(ana[1], body={"text": "before"})
    task = asyncio.create_task(running(sender, ready))
    await asyncio.sleep(0.1)
    queue.put(ana[1], body={"text": "meanwhile"})
    queue.rt.outbox_event.set()
    await seen(queue, "sent", 2, ready)
    await task
    assert texts(telegram, ana[0]) == ["before", "meanwhile"]


async def test_a_slow_call_holds_up_its_own_chat_only(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    ben_chat, ben = meet(queue, telegram, "Ben")
    telegram.give_fault(Fault("slow", "sendMessage", seconds=0.6, chat_id=ana[0]))
    for text in ("a1", "a2"):
        queue.put(ana[1], body={"text": text})
    queue.put(ben, body={"text": "b"})
    ready = asyncio.Event()
    task = asyncio.create_task(running(sender, ready))
    await until(lambda: bool(texts(telegram, ben_chat)))
    assert queue.states()["sending"] >= 1
    assert texts(telegram, ana[0]) == ["a1"]
    await seen(queue, "sent", 3, ready)
    await task
    assert texts(telegram, ana[0]) == ["a1", "a2"]


async def test_two_alerts_to_one_chat_are_never_in_the_air_together(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("slow", "sendMessage", seconds=0.5))
    first, second = queue.put(ana[1], Kind.ALERT), queue.put(ana[1], Kind.ALERT)
    ready = asyncio.Event()
    task = asyncio.create_task(running(sender, ready))
    await until(lambda: queue.state(first) == "sending")
    await asyncio.sleep(0.2)
    assert (queue.state(first), queue.state(second)) == ("sending", "ready")
    await seen(queue, "sent", 2, ready)
    await task


async def test_slow_reminders_leave_room_for_an_alert(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    people = [meet(queue, telegram, f"P{n}")[1] for n in range(20)]
    telegram.give_fault(Fault("slow", "sendMessage", count=12, seconds=1.5))
    queue.put_all([(person, Kind.REMINDER, "send", {"text": "Dose"}) for person in people])
    ready = asyncio.Event()
    task = asyncio.create_task(running(sender, ready))
    await until(lambda: queue.states()["sending"] == 12)
    alert = queue.put(ana[1], Kind.ALERT, body={"text": "Alert 7"})
    queue.rt.outbox_event.set()
    await until(lambda: queue.state(alert) == "sent")
    assert queue.states()["sending"] == 12
    await seen(queue, "sent", 21, ready)
    await task


async def test_stopping_lets_calls_in_the_air_finish(
    queue: Queue, telegram: Emulator, sender: Sender, ana: tuple[int, int]
) -> None:
    telegram.give_fault(Fault("slow", "sendMessage", seconds=0.3))
    row = queue.put(ana[1])
    ready = asyncio.Event()
    task = asyncio.create_task(running(sender, ready))
    await seen(queue, "sending", 1, ready)
    await task
    assert queue.state(row) == "sent"


async def test_the_running_sender_rests_when_there_is_nothing_to_do(
    queue: Queue, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = 0
    claim = sender._claim

    async def counted() -> Any:
        nonlocal turns
        turns += 1
        return await claim()

    monkeypatch.setattr(sender, "_claim", counted)
    stop = asyncio.Event()
    task = asyncio.create_task(sender.run(stop))
    await asyncio.sleep(1.2)
    stop.set()
    await task
    assert 2 <= turns <= 6


async def test_the_log_names_rows_and_neither_words_nor_people(
    queue: Queue,
    sender: Sender,
    bot: Bot,
    ana: tuple[int, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        row = queue.put(ana[1], body={"text": "very private"})
        await sender.drain()
    [record] = [one for one in caplog.records if one.name == "scheduler.sender"]
    assert (record.__dict__["action"], record.__dict__["outbox_id"]) == ("sent", row)
    assert "private" not in caplog.text
    assert str(ana[0]) not in record.getMessage()


async def test_a_sender_without_the_right_to_send_says_nothing(
    queue: Queue, telegram: Emulator, bot: Bot, ana: tuple[int, int]
) -> None:
    class Standby:
        async def lead(self) -> bool:
            return False

    sender = Sender(queue.rt, bot, queue.hooks, drawn)
    sender._leader = Standby()  # type: ignore[assignment]
    queue.put(ana[1])
    assert await sender.drain() == 0
    assert calls(telegram) == []
