"""Rows for every table, made from the tables themselves."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)

from store.base import Mg, UtcDateTime
from store.models import Person

TABLES: MetaData = Person.metadata
ROWS = 2

KINDS: dict[type, type] = {Mg: Decimal, UtcDateTime: datetime, JSON: dict}
VALUES: dict[type, Callable[[int], Any]] = {
    bool: lambda number: number == 1,
    int: int,
    bytes: lambda number: bytes([number, 0, 255]),
    datetime: lambda number: datetime(2026, 3, 29, number, tzinfo=UTC),
    date: lambda number: date(2026, 3, number),
    time: lambda number: time(number, 30),
    Decimal: lambda number: Decimal(f"{number}.250"),
    dict: lambda number: {"number": number},
}


def row(table: Table, number: int) -> dict[str, Any]:
    """The values of one row, every column filled; its references go to rows of that number."""
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, String):
        return f"{number}{column.name}"[: column.type.length]
    kind = KINDS.get(type(column.type)) or column.type.python_type
    return VALUES[int if column.foreign_keys else kind](number)


def fill(connection: Connection) -> None:
    """Put two rows into every table that exists and is empty."""
    there = connection.dialect.get_table_names(connection)
    for table in TABLES.sorted_tables:
        if table.name in there and not connection.scalar(select(func.count()).select_from(table)):
            for number in range(1, ROWS + 1):
                connection.execute(insert(table).values(row(table, number)))


def contents(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, by table; of the columns that are there."""
    there = connection.dialect.get_table_names(connection)
    return {
        table.name: sorted(
            (tuple(found) for found in connection.execute(select(*_there(connection, table)))),
            key=repr,
        )
        for table in TABLES.sorted_tables
        if table.name in there
    }


def columns(connection: Connection) -> dict[str, list[str]]:
    """The columns of every table of ours that are there, in the order of `contents`."""
    there = connection.dialect.get_table_names(connection)
    tables = [table for table in TABLES.sorted_tables if table.name in there]
    return {t.name: [column.name for column in _there(connection, t)] for t in tables}


def _there(connection: Connection, table: Table) -> list[Column[Any]]:
    known = {one["name"] for one in inspect(connection).get_columns(table.name)}
    return [column for column in table.columns if column.name in known]


@pytest.fixture(name="fill")
def fill_fixture() -> Callable[[Connection], None]:
    return fill


@pytest.fixture(name="contents")
def contents_fixture() -> Callable[[Connection], dict[str, list[tuple[Any, ...]]]]:
    return contents


@pytest.fixture(name="columns")
def columns_fixture() -> Callable[[Connection], dict[str, list[str]]]:
    return columns


@pytest.fixture(name="row")
def row_fixture() -> Callable[[Table, int], dict[str, Any]]:
    return row
