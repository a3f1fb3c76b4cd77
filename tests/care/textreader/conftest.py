import pytest

from bot.content.lexicon import load
from care.textreader import Lexicon


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load("en")
