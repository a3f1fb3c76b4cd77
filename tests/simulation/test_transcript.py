"""The chat of one person as text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.clock import SandboxClock
from sandbox.emulator import Emulator
from simulation.phone import Phone
from simulation.transcript import transcript

TOKEN = "1:a-bot-that-does-not-exist"


def a_phone() -> Phone:
    clock = SandboxClock(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), live=False)
    emulator = Emulator(TOKEN, clock.now)
    return Phone(emulator, emulator.people.create_user("Ada"))


def test_it_shows_local_times_buttons_in_brackets_and_taps() -> None:
    phone = a_phone()
    phone.say("/start")
    keyboard = {"inline_keyboard": [[{"text": "Taken", "callback_data": "dose.taken:1"}]]}
    phone.emulator.result(
        "sendMessage", chat_id=phone.user_id, text="Time for it.\nReady?", reply_markup=keyboard
    )
    (screen,) = phone.news()
    assert phone.tap(screen.message_id, "dose.taken:1")
    phone.emulator.result("editMessageText", chat_id=phone.user_id, message_id=2, text="Noted")
    phone.news()
    assert transcript(phone, ZoneInfo("Europe/London")).splitlines() == [
        "Wed 01 Jul 13:00:00  > /start",
        "Wed 01 Jul 13:00:00  Steady: Time for it.",
        "                     Ready?",
        "                     [Taken]",
        "Wed 01 Jul 13:00:00  > taps [Taken]",
        "Wed 01 Jul 13:00:00  Steady (changed): Noted",
    ]


def test_it_hides_the_token_of_an_invitation() -> None:
    phone = a_phone()
    phone.say("/start aB3_dE6-gH9jK2mN5pQ8rS")
    assert transcript(phone, ZoneInfo("UTC")).endswith("> /start ...")


def test_a_button_that_is_gone_cannot_be_tapped() -> None:
    phone = a_phone()
    phone.say("/start")
    phone.emulator.result("sendMessage", chat_id=phone.user_id, text="Nothing to press")
    assert not phone.tap(2, "dose.taken:1")
    assert [deed.kind for deed in phone.deeds] == ["text"]


def test_who_blocked_the_bot_writes_no_more() -> None:
    phone = a_phone()
    phone.say("/start")
    phone.block()
    assert not phone.say("hello")
    assert [deed.kind for deed in phone.deeds] == ["text", "block"]
