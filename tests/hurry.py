"""Tests do not wait for the disk: what they claim survives a kill, none of them cuts the power."""

import sqlite3
from typing import Any

from sqlalchemy import Pool, event


def _hurry(connection: Any, record: Any, _proxy: object) -> None:
    if isinstance(connection, sqlite3.Connection) and "hurried" not in record.info:
        connection.execute("PRAGMA synchronous=OFF")
        record.info["hurried"] = True


def begin() -> None:
    """Let every SQLite connection of this process go on before its data is on the disk.

    After the engine's own settings, which `tests/store/test_engine.py` proves.
    """
    event.listen(Pool, "checkout", _hurry)


def end() -> None:
    """Let connections made from now on be as they ship."""
    event.remove(Pool, "checkout", _hurry)
