"""The timetable: a handful of sweeps. The schedule itself is rows; these only ask what is due."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from actions.runtime import Runtime
from scheduler import sweeps
from scheduler.sweeps import Sweep

log = logging.getLogger(__name__)

RARE: Final = 30  # seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """One sweep and how often it runs, in seconds."""

    name: str
    every: int
    sweep: Sweep


# The order matters where time is stepped: what is laid out can fall due, what falls due can alert.
SWEEPS: Final = (
    Entry("leases", 5, sweeps.leases),
    Entry("kept_back", RARE, sweeps.kept_back),  # before the dose of the cut is reminded of
    Entry("lay_out", 3600, sweeps.lay_out),  # two days ahead; a new plan lays itself out at once
    Entry("doses_due", 2, sweeps.doses_due),
    Entry("checkins_due", 5, sweeps.checkins_due),
    Entry("returns", 5, sweeps.returns),
    Entry("asks_run_out", 2, sweeps.asks_run_out),
    Entry("silences", 60, sweeps.silences),
    Entry("ladders_due", 1, sweeps.ladders_due),
    Entry("lessons_due", 60, sweeps.lessons_due),
    Entry("aftercares", 300, sweeps.aftercares),
    Entry("supplies", 3600, sweeps.supplies),
    Entry("swept", 30, sweeps.swept),
)


def make_scheduler(rt: Runtime, retention_days: int, heartbeat_url: str) -> AsyncIOScheduler:
    """Return the scheduler of all sweeps, not started.

    A run that is late still runs, several missed runs run once, and no sweep overlaps itself:
    the library's defaults would silently drop a run that is one second late.
    """
    scheduler = AsyncIOScheduler(timezone=UTC)
    entries = [*SWEEPS, Entry("purge", 3600, sweeps.purge(retention_days))]
    if heartbeat_url:
        entries.append(Entry("heartbeat", 60, sweeps.heartbeat(heartbeat_url)))
    for entry in entries:
        scheduler.add_job(
            guarded,
            IntervalTrigger(seconds=entry.every, timezone=UTC),
            args=[rt, entry],
            id=entry.name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=rt.now(),
        )
    return scheduler


async def guarded(rt: Runtime, entry: Entry) -> None:
    """Run a sweep; a failure is loud and leaves the others running."""
    try:
        await entry.sweep(rt)
    except Exception as error:
        log.exception(
            "sweep failed",
            extra={"action": "sweep_failed", "sweep": entry.name, "error": type(error).__name__},
        )


async def sweep_all(rt: Runtime, swept: dict[str, datetime], *, due: bool) -> None:
    """Run what the timetable would have run by now, in order; for clocks that are stepped.

    Failures are raised. Rare sweeps keep their distance on the house's clock, noted in `swept`;
    the others run when something is `due`, all of them, since what one leaves may be due for
    the next.
    """
    for entry in SWEEPS:
        if due if entry.every < RARE else _rarely(entry, swept, rt.now()):
            await entry.sweep(rt)


def _rarely(entry: Entry, swept: dict[str, datetime], now: datetime) -> bool:
    last = swept.get(entry.name)
    if last is not None and now - last < timedelta(seconds=entry.every):
        return False
    swept[entry.name] = now
    return True
