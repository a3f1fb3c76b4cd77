"""The timetable: late sweeps still run, a failing one is loud and stops nobody."""

import logging
from datetime import datetime, timedelta

import pytest

from actions.runtime import Runtime
from scheduler.timetable import RARE, SWEEPS, Entry, guarded, make_scheduler, sweep_all
from tests.scheduler.fakes import Queue


def test_a_late_sweep_runs_once_and_never_beside_itself(queue: Queue) -> None:
    jobs = make_scheduler(queue.rt, 30, "").get_jobs()
    assert {job.id for job in jobs} == {entry.name for entry in SWEEPS} | {"purge"}
    for job in jobs:
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


def test_the_watchdog_is_called_only_where_there_is_one(queue: Queue) -> None:
    names = [job.id for job in make_scheduler(queue.rt, 30, "http://watchdog.invalid").get_jobs()]
    assert "heartbeat" in names


async def test_a_failing_sweep_is_loud_and_leaves_the_others_running(
    queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(rt: Runtime) -> None:
        raise RuntimeError("no such table")

    with caplog.at_level(logging.ERROR):
        await guarded(queue.rt, Entry("doses_due", 2, broken))
    (record,) = caplog.records
    assert (record.action, record.sweep) == ("sweep_failed", "doses_due")  # type: ignore[attr-defined]


async def test_on_a_stepped_clock_rare_sweeps_keep_their_distance(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def entry(name: str, every: int) -> Entry:
        async def sweep(rt: Runtime) -> None:
            ran.append(name)

        return Entry(name, every, sweep)

    monkeypatch.setattr("scheduler.timetable.SWEEPS", (entry("often", 2), entry("rare", RARE)))
    swept: dict[str, datetime] = {}
    for seconds, due in ((0, False), (RARE - 1, True), (1, False)):
        queue.clock.at += timedelta(seconds=seconds)
        await sweep_all(queue.rt, swept, due=due)
    assert ran == ["rare", "often", "rare"]
