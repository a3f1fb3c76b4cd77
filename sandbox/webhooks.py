"""Delivering updates to a webhook: one at a time, in order, again until they are taken."""

from typing import Final

import httpx

from sandbox.emulator import Emulator
from sandbox.updates import Pending
from sandbox.world import Webhook

IDLE_SECONDS: Final = 60.0
_LONGEST_RETRY: Final = 60
_LONGEST_RETRY_AFTER: Final = 3600


class WebhookCourier:
    """Carries updates to the bot's URL while one is set.

    Args:
        emulator: the Telegram whose updates are delivered.
        client: sends the requests; its timeout is the bot's time to answer.
    """

    def __init__(self, emulator: Emulator, client: httpx.AsyncClient) -> None:
        self.emulator = emulator
        self._client = client
        self._failures = 0

    async def run(self) -> None:
        """Deliver until the emulator's signal is closed or the task is cancelled."""
        signal = self.emulator.world.signal
        while not signal.closed:
            if await signal.wait_until(self._has_work, IDLE_SECONDS):
                await self.deliver_one()

    async def deliver_one(self) -> None:
        """Deliver the oldest update, or wait before the next attempt."""
        world = self.emulator.world
        hook, pending = world.webhook, world.queue.head(world.time())
        if not hook.url or pending is None:
            return
        problem, pause = await self._attempt(hook, pending)
        if not problem:
            self._failures = 0
            world.queue.confirm(pending.update_id)
            return
        hook.last_error, hook.last_error_date = problem, int(world.time())
        world.signal.bump()
        await world.signal.wait_until(lambda: world.webhook is not hook, pause)

    def _has_work(self) -> bool:
        world = self.emulator.world
        return (
            bool(world.webhook.url)
            and not self.emulator.faults.away()
            and world.queue.head(world.time()) is not None
        )

    async def _attempt(self, hook: Webhook, pending: Pending) -> tuple[str, float]:
        """What went wrong, empty for nothing, and the seconds to wait before the next attempt."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            answer = await self._client.post(hook.url, json=pending.body, headers=headers)
        except httpx.TimeoutException:
            return "Read timeout expired", self._backoff("")
        except httpx.HTTPError:
            return "Connection refused", self._backoff("")
        if answer.is_success:
            return "", 0.0
        problem = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        return problem, self._backoff(answer.headers.get("retry-after", ""))

    def _backoff(self, asked: str) -> float:
        """The first retry comes at once, then after 2, 4, ... 60 s; Retry-After overrides."""
        self._failures += 1
        if asked.isdecimal():
            return float(min(int(asked), _LONGEST_RETRY_AFTER))
        return 0.0 if self._failures == 1 else float(min(2 ** (self._failures - 1), _LONGEST_RETRY))
