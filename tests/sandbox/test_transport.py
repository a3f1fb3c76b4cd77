"""The in-process transport does and raises what HTTP would."""

import asyncio
import json
import time

import httpx
import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TimedOut

from sandbox.emulator import Emulator
from sandbox.faults import Fault
from sandbox.transport import EmulatorRequest
from tests.sandbox.fakes import TOKEN, png


@pytest.fixture
def bot(emulator: Emulator) -> Bot:
    request = EmulatorRequest(emulator)
    return Bot(TOKEN, request=request, get_updates_request=request)


def sent(emulator: Emulator, chat_id: int) -> list[str]:
    return [item.text for item in emulator.world.chats[chat_id].messages.values()]


async def test_it_carries_calls_files_and_downloads(bot: Bot, ana: int) -> None:
    async with bot:
        photo = await bot.send_photo(ana, png(9, 5), caption="Chart")
        file = await bot.get_file(photo.photo[0].file_id)
        assert bytes(await file.download_as_bytearray()) == png(9, 5)


async def test_raw_polling_by_url_works(bot: Bot, emulator: Emulator, ana: int) -> None:
    emulator.people.send_text(ana, "hi")
    body = await bot.request.retrieve(f"{bot.base_url}/getUpdates?offset=0&timeout=50")
    assert json.loads(body)["result"][0]["message"]["text"] == "hi"


async def test_a_long_poll_waits_for_somebody(bot: Bot, emulator: Emulator, ana: int) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0)
    emulator.people.send_text(ana, "hi")
    assert len(await waiting) == 1


async def test_a_timeout_after_acceptance_has_sent_the_message(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    emulator.give_fault(Fault("timeout_after_accept", "sendMessage"))
    with pytest.raises(TimedOut) as raised:
        await bot.send_message(ana, "kept")
    assert isinstance(raised.value.__cause__, httpx.ReadTimeout)
    assert sent(emulator, ana) == ["/start", "kept"]
    record = emulator.calls.since()[-1]
    assert (record.ok, record.fault, record.result_message_id) == (True, "timeout_after_accept", 2)


@pytest.mark.parametrize("kind", ["drop", "away"])
async def test_a_cut_before_acceptance_has_sent_nothing(
    bot: Bot, emulator: Emulator, ana: int, kind: str
) -> None:
    emulator.give_fault(Fault(kind, "sendMessage"))
    with pytest.raises(NetworkError) as raised:
        await bot.send_message(ana, "lost")
    assert not isinstance(raised.value, TimedOut)
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert sent(emulator, ana) == ["/start"]
    record = emulator.calls.since()[-1]
    assert (record.ok, record.fault, record.error) == (False, kind, "connection cut")


async def test_away_lasts_until_it_is_cleared(bot: Bot, emulator: Emulator, ana: int) -> None:
    emulator.give_fault(Fault("away"))
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(ana, "lost")
    with pytest.raises(NetworkError):
        await bot.request.retrieve(f"https://api.telegram.org/file/bot{TOKEN}/files/x")
    emulator.clear_faults()
    await bot.send_message(ana, "back")
    assert sent(emulator, ana) == ["/start", "back"]


async def test_a_fault_can_strike_one_chat_only(
    bot: Bot, emulator: Emulator, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    bo = emulator.people.create_user("Bo")
    emulator.people.send_text(bo, "/start")
    emulator.give_fault(Fault("429", "sendMessage", retry_after=3, chat_id=bo))
    await bot.send_message(ana, "through")
    with pytest.raises(RetryAfter):
        await bot.send_message(bo, "held")
    await bot.send_message(bo, "through")


async def test_a_fault_strikes_as_often_as_it_counts(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    emulator.give_fault(Fault("500", "sendMessage", count=2))
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(ana, "x")
    assert await bot.get_me()
    assert await bot.send_message(ana, "x")


async def test_a_slow_answer_is_waited_for_or_times_out_at_once(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    emulator.give_fault(Fault("slow", count=2, seconds=0.05))
    begun = time.monotonic()
    await bot.send_message(ana, "a")
    assert time.monotonic() - begun >= 0.05
    with pytest.raises(TimedOut):
        await bot.send_message(ana, "b", read_timeout=0.01)
    assert sent(emulator, ana) == ["/start", "a", "b"]


async def test_another_token_is_unauthorized(emulator: Emulator) -> None:
    request = EmulatorRequest(emulator)
    with pytest.raises(InvalidToken):
        await Bot("1:other", request=request, get_updates_request=request).initialize()


async def test_the_simulation_gets_a_thousand_sends_a_second(
    bot: Bot, emulator: Emulator, ana: int
) -> None:
    begun = time.process_time()
    for number in range(300):
        emulator.call("sendMessage", {"chat_id": ana, "text": f"Dose {number}"})
    assert time.process_time() - begun < 0.3
