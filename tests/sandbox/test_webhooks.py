"""Updates are carried to a webhook in order, again until they are taken."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.emulator import Emulator
from sandbox.faults import Fault
from sandbox.webhooks import WebhookCourier
from tests.sandbox.fakes import HandClock

URL = "http://127.0.0.1:9/hook"


Failure = tuple[httpx.Response | httpx.HTTPError, str]


class Receiver:
    """A bot's webhook: answers what it is told to and keeps what it got."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response | httpx.HTTPError] = []
        self.got: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.got.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200)
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    def texts(self) -> list[str]:
        return [json.loads(request.content)["message"]["text"] for request in self.got]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def courier(emulator: Emulator, receiver: Receiver) -> AsyncIterator[WebhookCourier]:
    emulator.result("setWebhook", url=URL, secret_token="s3cret")
    async with httpx.AsyncClient(transport=httpx.MockTransport(receiver)) as client:
        yield WebhookCourier(emulator, client)


async def test_updates_are_delivered_in_order_with_the_secret(
    emulator: Emulator, courier: WebhookCourier, receiver: Receiver, ana: int
) -> None:
    for text in "ab":
        emulator.people.send_text(ana, text)
    await courier.deliver_one()
    await courier.deliver_one()
    assert receiver.texts() == ["a", "b"]
    assert receiver.got[0].headers["x-telegram-bot-api-secret-token"] == "s3cret"
    assert emulator.result("getWebhookInfo")["pending_update_count"] == 0


@pytest.mark.parametrize(
    "case",
    [
        (httpx.Response(500), "Wrong response from the webhook: 500 Internal Server Error"),
        (httpx.ConnectError("no"), "Connection refused"),
        (httpx.ReadTimeout("slow"), "Read timeout expired"),
    ],
)
async def test_a_failed_update_is_delivered_again(
    courier: WebhookCourier, receiver: Receiver, ana: int, case: Failure
) -> None:
    emulator = courier.emulator
    receiver.answers = [case[0]]
    emulator.people.send_text(ana, "a")
    await courier.deliver_one()
    info = emulator.result("getWebhookInfo")
    assert (info["pending_update_count"], info["last_error_message"]) == (1, case[1])
    await courier.deliver_one()
    assert receiver.texts() == ["a", "a"]
    assert emulator.result("getWebhookInfo")["pending_update_count"] == 0


async def test_a_tap_is_not_delivered_after_150_seconds(
    emulator: Emulator, courier: WebhookCourier, receiver: Receiver, ana: int, clock: HandClock
) -> None:
    emulator.people.forge_tap(ana, 1, "x")
    clock.move(seconds=150)
    await courier.deliver_one()
    assert receiver.got == []


async def test_the_courier_works_until_the_emulator_closes(
    emulator: Emulator, courier: WebhookCourier, receiver: Receiver, ana: int
) -> None:
    emulator.people.send_text(ana, "a")
    receiver.answers = [httpx.Response(204)]

    def last(request: httpx.Request) -> httpx.Response:
        emulator.world.signal.close()
        return receiver(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(last)) as client:
        await WebhookCourier(emulator, client).run()
    assert receiver.texts() == ["a"]


async def test_nothing_is_delivered_while_telegram_is_away(
    emulator: Emulator, courier: WebhookCourier, receiver: Receiver, ana: int
) -> None:
    emulator.people.send_text(ana, "a")
    emulator.give_fault(Fault("away"))
    running = asyncio.create_task(courier.run())
    await asyncio.sleep(0.05)
    assert receiver.got == []
    emulator.clear_faults()
    await asyncio.sleep(0.05)
    emulator.world.signal.close()
    await running
    assert receiver.texts() == ["a"]


async def test_the_webhook_works_over_http(
    http: httpx.AsyncClient, emulator: Emulator, ana: int, server: str
) -> None:
    """The server's own control API stands in for a bot: it refuses, which is noted."""
    emulator.result("setWebhook", url=f"{server}/sandbox/clock")
    emulator.people.send_text(ana, "a")
    await emulator.world.signal.wait_until(lambda: bool(emulator.world.webhook.last_error), 0.5)
    info = emulator.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 400 Bad Request"
    emulator.result("deleteWebhook")
    assert len(emulator.result("getUpdates")) == 1
