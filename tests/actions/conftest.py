"""Houses to act in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bot.content.library import Content, load_content
from store.vault import Vault
from tests.actions.house import House


@pytest.fixture(scope="session")
def content() -> Content:
    """The words and rules that ship."""
    return load_content()


@pytest.fixture
def house(sqlite_store: tuple[Engine, Vault], content: Content) -> Iterator[House]:
    """A house on SQLite, for what does not differ between databases."""
    with House(*sqlite_store, content) as made:
        yield made


@pytest.fixture
def any_house(any_store: tuple[Engine, Vault], content: Content) -> Iterator[House]:
    """A house on SQLite and on PostgreSQL."""
    with House(*any_store, content) as made:
        yield made
