"""The sandbox's web application: Bot API, control API, and whatever else is served beside them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox.botapi import bot_api_routes
from sandbox.control import ControlHooks, control_routes
from sandbox.emulator import Emulator
from sandbox.webhooks import WebhookCourier

WEBHOOK_TIMEOUT: Final = 60.0


def create_app(
    emulator: Emulator, hooks: ControlHooks, more: Sequence[BaseRoute] = ()
) -> Starlette:
    """The application that serves one emulator.

    Args:
        emulator: the local Telegram.
        hooks: the owner of the clock.
        more: further routes, such as the chat page's.

    Its lifespan carries updates to the webhook while one is set.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=WEBHOOK_TIMEOUT) as client:
            task = asyncio.create_task(WebhookCourier(emulator, client).run())
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    routes = [*bot_api_routes(emulator), *control_routes(emulator, hooks), *more]
    return Starlette(routes=routes, lifespan=lifespan)
