"""The town of a story, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.stories.phone import Town, make_town


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """A bot, its Telegram, and nobody there yet; it is Monday 30 November 2026, 07:45 in London."""
    town, running = await make_town(database_url)
    try:
        yield town
        town.ends()
    finally:
        await running.__aexit__(None, None, None)
