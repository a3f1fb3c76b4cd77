"""`steady run` as an operator starts and stops it, and as any Bot API server sees it."""

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.faults import Fault
from sandbox.server import TOKEN
from tests.process.house import ROOT, House, lock, until

SECRET: Final = TOKEN.partition(":")[2]
WRONG: Final = "111111:" + "x" * 35
DAMAGED: Final[tuple[Any, ...]] = (
    {"message": "hello"},
    {"message": {"chat": 7, "from": [], "text": {"a": 1}}},
    {"message": {"message_id": "x", "date": "never", "chat": {"id": 1000001}, "text": "hello"}},
    {"callback_query": {"id": 5, "from": {"id": 1000001}, "data": 9}},
    {"never_heard_of": {"chat": {"id": 1000001}}},
    {},
)


async def test_everything_it_says_is_valid_bot_api(house: House) -> None:
    await house.runs()
    for words in ("/today", "/plan", "/picture", "/people", "/checkin"):
        house.says(house.tom, words)
        await house.quiet()
    newest = next(m for m in reversed(house.chat(house.tom)) if m.inline_keyboard)
    house.people.tap(house.tom, newest.message_id, newest.inline_keyboard[0][0]["text"])
    house.people.send_sticker(house.tom, ":)")
    house.people.send_location(house.tom, 51.5, -0.1)
    house.people.edit_text(house.tom, house.people.send_text(house.tom, "hm"), "hm hm")
    await house.quiet()
    said = {call.method for call in house.emulator.calls.since()}
    wanted = {"getMe", "getUpdates", "sendMessage", "editMessageText", "sendPhoto"}
    assert wanted | {"answerCallbackQuery"} <= said
    assert house.refused() == []


async def test_a_first_start_introduces_the_bot(empty_house: House) -> None:
    house = empty_house
    await house.runs()
    said = {call.method for call in house.emulator.calls.since()}
    assert {"setMyCommands", "setMyDescription", "setMyShortDescription"} <= said
    house.says(house.tom, "/start")
    await house.quiet()
    assert "Steady" in house.texts(house.tom)[0]
    assert house.refused() == []


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
async def test_a_polite_signal_ends_it_within_seconds(house: House, which: signal.Signals) -> None:
    steady = await house.runs()
    begun = time.monotonic()
    steady.signal(which)
    assert await steady.ended() == 0
    assert time.monotonic() - begun < 5
    assert "Traceback" not in steady.log


async def test_a_message_in_flight_is_finished_before_it_ends(house: House) -> None:
    steady = await house.runs()
    house.emulator.give_fault(Fault("slow", method="sendMessage", seconds=1))
    house.says(house.tom, "/today")
    await until(lambda: house.chat(house.tom) != [], "the answer")
    assert await steady.stopped() == 0
    assert house.busy() == []


async def test_the_token_is_never_printed(house: House) -> None:
    steady = await house.runs(LOG_LEVEL="DEBUG")
    for kind in ("502", "drop"):
        house.emulator.give_fault(Fault(kind))
        house.emulator.give_fault(Fault(kind, method="sendMessage"))
        house.says(house.tom, "/today")
        await until(lambda: not house.emulator.faults.listing(), f"{kind} to strike")
    await steady.stopped()
    assert "poll_failed" in steady.log or "polling failed" in steady.log
    assert SECRET not in steady.log


async def test_a_wrong_token_is_one_line(house: House) -> None:
    steady = house.start(BOT_TOKEN=WRONG)
    assert await steady.ended() == 2
    assert only_line(steady.log).startswith("BOT_TOKEN: ")
    assert "x" * 10 not in steady.log


async def test_a_token_that_is_taken_back_ends_it_with_one_line(house: House) -> None:
    steady = await house.runs()
    house.emulator.world.profile.token = WRONG
    house.says(house.tom, "/today")
    assert await steady.ended() == 2
    assert "BOT_TOKEN: " in steady.log
    assert "Traceback" not in steady.log


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", ""),
        ("BOT_TOKEN", "not a token"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://somewhere/steady"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all/steady.db"),
        ("ENCRYPTION_KEYS", "k1:short"),
        ("OPERATOR_CHAT_IDS", "me"),
        ("WEBHOOK_URL", "ftp://here"),
        ("WEBHOOK_SECRET", "with spaces"),
        ("LOG_LEVEL", "LOUD"),
        ("RETENTION_DAYS", "-1"),
    ],
)
async def test_a_bad_setting_is_one_line_that_names_it(house: House, name: str, value: str) -> None:
    environment: Any = {name: value}
    steady = house.start(**environment)
    assert await steady.ended() == 2
    assert only_line(steady.log).startswith(name)


async def test_a_webhook_without_a_secret_is_one_line(house: House) -> None:
    steady = house.start(WEBHOOK_URL="https://steady.example/telegram")
    assert await steady.ended() == 2
    assert only_line(steady.log).startswith("WEBHOOK_SECRET")


async def test_a_database_of_another_version_is_one_line(house: House) -> None:
    house.write("UPDATE alembic_version SET version_num = 'other'")
    steady = house.start()
    assert await steady.ended() == 2
    assert "steady db upgrade" in only_line(steady.log) or "revision" in only_line(steady.log)


async def test_it_starts_while_telegram_is_away_and_goes_on_when_it_is_back(
    house: House,
) -> None:
    house.emulator.give_fault(Fault("away"))
    steady = house.start()
    await until(lambda: "Telegram cannot be reached" in steady.log, "it to notice")
    house.says(house.tom, "/today")
    house.emulator.clear_faults()
    await until(lambda: house.chat(house.tom) != [], "an answer")
    assert await steady.stopped() == 0


async def test_it_can_be_ended_while_telegram_is_away(house: House) -> None:
    house.emulator.give_fault(Fault("away"))
    steady = house.start()
    await until(lambda: "Telegram cannot be reached" in steady.log, "it to notice")
    assert await steady.stopped() == 0


async def test_damaged_updates_are_put_aside_and_the_next_is_answered(house: House) -> None:
    steady = await house.runs()
    world = house.emulator.world
    world.queue.allowed = None
    for damaged in (*DAMAGED, {"message": {"text": "x" * 600_000, "chat": {"id": 5}}}):
        kind = next(iter(damaged), "empty")
        world.queue.add(kind, damaged.get(kind), world.time())
    world.signal.bump()
    house.says(house.tom, "/today")
    await until(lambda: house.chat(house.tom) != [], "an answer")
    await house.quiet()
    states = {row["state"] for row in house.rows("SELECT state FROM inbox")}
    assert states == {"done", "parked"}
    assert steady.running()


async def test_two_pollers_are_warned_about_and_lose_nothing(house: House) -> None:
    first = await house.runs()
    second = house.start()
    await until(lambda: "another poller is running" in first.log + second.log, "a warning")
    for n in range(3):
        house.says(house.tom, f"/today {n}")
        await asyncio.sleep(0.3)
    await until(lambda: len(answers(house)) == 3, "three answers")
    await house.quiet()
    assert len(answers(house)) == 3
    assert first.running()
    assert second.running()


def answers(house: House) -> list[str]:
    return [text for text in house.texts(house.tom) if text]


async def test_a_database_locked_for_three_seconds_delays_and_loses_nothing(
    house: House,
) -> None:
    steady = await house.runs()
    with closing(lock(house.folder / "steady.db")) as held:
        house.says(house.tom, "/today")
        await asyncio.sleep(3)
        assert house.chat(house.tom) == []
        held.rollback()
    await until(lambda: house.chat(house.tom) != [], "an answer")
    assert steady.running()
    assert "ERROR" not in steady.log


async def test_a_first_start_makes_its_database(empty_house: House) -> None:
    (empty_house.folder / "steady.db").unlink()
    steady = empty_house.start("start")
    await until(lambda: empty_house.emulator.world.poll > 0, "its first poll")
    await empty_house.polling(steady)
    empty_house.says(empty_house.tom, "/start")
    await until(lambda: empty_house.chat(empty_house.tom) != [], "an answer")


def test_the_command_itself_ends_with_2_and_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "LOUD"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert only_line(done.stderr).startswith("LOG_LEVEL")


def only_line(log: str) -> str:
    lines = log.splitlines()
    assert len(lines) == 1, log
    return lines[0]
