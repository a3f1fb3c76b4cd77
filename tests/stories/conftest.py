"""The town of a story, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.stories.memory import Memory
from tests.stories.phone import Town, make_town

PLAYED: Final = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note whether a story was played to its end: only then its loose ends say anything."""
    report = yield
    if call.when == "call":
        item.stash[PLAYED] = report.passed
    return report


@pytest.fixture(scope="session")
def memories() -> dict[str, Memory]:
    """What earlier stories left to later ones, for each database system."""
    return {}


@pytest.fixture
def memory(
    backend: str, memories: dict[str, Memory], tmp_path_factory: pytest.TempPathFactory
) -> Memory:
    """What is remembered on this database system."""
    return memories.setdefault(backend, Memory(tmp_path_factory.mktemp(backend)))


@pytest_asyncio.fixture
async def town(
    database_url: str,
    memory: Memory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Town]:
    """A bot, its Telegram, and nobody there yet; it is Monday 30 November 2026, 07:45 in London."""
    # Beside PostgreSQL the data keys are kept in the working directory.
    monkeypatch.chdir(tmp_path)
    town, running = await make_town(database_url, memory)
    try:
        yield town
        if request.node.stash[PLAYED]:
            town.ends()
    finally:
        await town.leaves()
        await running.__aexit__(None, None, None)
