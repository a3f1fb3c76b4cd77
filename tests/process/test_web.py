"""Webhook, /health, /metrics and `steady status`, over real HTTP and with real exit codes."""

import json
from datetime import timedelta
from typing import Any, Final

import httpx

from tests.process.house import House, Steady, free_port, until, wall_clock

SECRET: Final = "a-secret_of-the-webhook"
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


async def test_a_webhook_takes_what_telegram_delivers(house: House) -> None:
    await by_webhook(house)
    house.says(house.tom, "/today")
    await until(lambda: house.chat(house.tom) != [], "an answer")
    assert house.emulator.world.webhook.last_error == ""
    assert house.refused() == []


async def test_a_webhook_without_the_secret_is_forbidden(house: House) -> None:
    _, port = await by_webhook(house)
    for headers in ({}, {HEADER: "wrong"}, {HEADER: "ä".encode()}):
        assert (await post(port, update(house), headers)).status_code == 403
    assert len(house.rows("SELECT seq FROM inbox WHERE update_id = 700000001")) == 0


async def test_an_update_delivered_twice_is_handled_once(house: House) -> None:
    _, port = await by_webhook(house)
    for _ in range(2):
        answer = await post(port, update(house), {HEADER: SECRET})
        assert answer.status_code == 200
    await until(lambda: house.chat(house.tom) != [], "an answer")
    await house.quiet()
    assert len(house.chat(house.tom)) == 1


async def test_what_is_no_update_is_refused_and_the_house_stands(house: House) -> None:
    _, port = await by_webhook(house)
    right = {HEADER: SECRET}
    for body, status in ((b"{", 400), (b"[]", 400), (b'{"update_id": "x"}', 400)):
        assert (await post(port, body, right)).status_code == status
    assert (await post(port, b"x" * 1_000_001, right)).status_code == 413
    assert (await post(port, update(house), right)).status_code == 200


async def test_a_quiet_hour_behind_a_webhook_is_healthy(house: House) -> None:
    steady, port = await by_webhook(house)
    house.write("UPDATE marks SET at = :at WHERE name = 'ingest'", at=ago(hours=1))
    answer = await get(port, "health")
    assert (answer.status_code, answer.json()["wrong"]) == (200, [])
    assert await steady.stopped() == 0


async def test_after_a_webhook_polling_works_again(house: House) -> None:
    steady, _ = await by_webhook(house)
    await steady.stopped()
    await house.runs()
    assert house.emulator.world.webhook.url == ""
    house.says(house.tom, "/today")
    await until(lambda: house.chat(house.tom) != [], "an answer")


async def test_health_says_what_is_wrong(house: House) -> None:
    port = free_port()
    await house.runs(PORT=str(port))
    assert (await get(port, "health")).status_code == 200
    house.write("UPDATE inbox SET state = 'parked' WHERE seq = 1")
    answer = await get(port, "health")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["1 updates are parked"]


async def test_metrics_can_be_scraped(house: House) -> None:
    port = free_port()
    await house.runs(PORT=str(port))
    answer = await get(port, "metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "steady_open_alerts 0.0" in answer.text
    assert "steady_parked 0.0" in answer.text


async def test_polling_opens_no_webhook(house: House) -> None:
    port = free_port()
    await house.runs(PORT=str(port))
    assert (await post(port, update(house), {HEADER: ""})).status_code == 404


async def test_status_ends_with_0_when_all_is_well(house: House) -> None:
    await house.runs()
    code, said = await status(house)
    assert (code, said["wrong"]) == (0, [])


async def test_status_ends_with_1_when_something_is_wrong(house: House) -> None:
    house.write("UPDATE marks SET at = :at", at=ago(minutes=10))
    code, said = await status(house)
    assert code == 1
    assert [line.split(":")[0] for line in said["wrong"]] == ["last ingest", "last sweep"]


async def test_status_ends_with_2_without_a_database(empty_house: House) -> None:
    steady = empty_house.start("status", DATABASE_URL=f"sqlite:///{empty_house.folder}/another.db")
    assert await steady.ended() == 2
    assert len(steady.log.splitlines()) == 1


async def status(house: House) -> tuple[int, dict[str, Any]]:
    steady = house.start("status", "--json")
    code = await steady.ended()
    return code, json.loads(steady.log)


async def by_webhook(house: House) -> tuple[Steady, int]:
    """Start it with a webhook and wait until Telegram knows."""
    port = free_port()
    steady = house.start(
        PORT=str(port),
        WEBHOOK_URL=f"http://127.0.0.1:{port}/telegram",
        WEBHOOK_SECRET=SECRET,
    )
    await until(lambda: house.emulator.world.webhook.url != "", f"a webhook\n{steady.log}")
    return steady, port


def update(house: House) -> bytes:
    person = {"id": house.tom, "is_bot": False, "first_name": "Tom"}
    chat = {"id": house.tom, "type": "private", "first_name": "Tom"}
    entities = [{"type": "bot_command", "offset": 0, "length": 6}]
    message = {"message_id": 5000, "date": int(wall_clock().timestamp()), "chat": chat}
    message |= {"from": person, "text": "/today", "entities": entities}
    return json.dumps({"update_id": 700000001, "message": message}).encode()


async def post(port: int, body: bytes, headers: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(f"http://127.0.0.1:{port}/telegram", content=body, headers=headers)


async def get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}/{path}")


def ago(**much: float) -> str:
    return (wall_clock() - timedelta(**much)).replace(tzinfo=None).isoformat(sep=" ")
