"""Whole runs: fair, flaky, twice the same, and on PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from simulation.run import Result, simulate_run
from simulation.stage import NotEmptyError
from store.engine import make_engine
from store.models import Person


def wrong(result: Result) -> list[str]:
    return [line for lines in result.broken.values() for line in lines]


async def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    first, second, other = [
        await simulate_run(1, 1, seed, shown=1, faults="flaky") for seed in (20, 20, 15)
    ]
    assert wrong(first) == wrong(other) == []
    assert first.figures["faults"] > 0
    assert "taps [Taken]" in first.transcript
    assert first.transcript == second.transcript != other.transcript


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_cohort_lives_on_postgresql(empty_database_url: str) -> None:
    result = await simulate_run(1, 1, 28, database_url=empty_database_url)
    assert wrong(result) == []
    assert result.figures["parked"] == []


async def test_an_outage_loses_taps_and_nothing_else() -> None:
    result = await simulate_run(1, 2, 23, faults="outage")
    assert wrong(result) == []
    assert result.figures["faults"] == 1


async def test_a_database_that_knows_people_is_left_alone(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(
            insert(Person).values(
                uid="1", key_owner="x", chat_hash="x", locale="en", created_at=datetime.now(UTC)
            )
        )
    engine.dispose()
    with pytest.raises(NotEmptyError):
        await simulate_run(1, 1, 1, database_url=sqlite_url)


async def test_a_profile_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of none, flaky, outage"):
        await simulate_run(1, 1, 1, faults="hail")
