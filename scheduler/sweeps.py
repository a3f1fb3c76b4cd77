"""The sweeps: each asks the database what is due and calls one action. Safe to run twice."""

from collections.abc import Awaitable, Callable

import httpx

from actions import (
    asks,
    delivery,
    escalate,
    invitations,
    layout,
    lessons,
    reminders,
    retention,
    silence,
    supply,
)
from actions.runtime import Runtime
from scheduler.hooks import HOOKS

Sweep = Callable[[Runtime], Awaitable[None]]


async def lay_out(rt: Runtime) -> None:
    """Lay out the next 48 hours of doses."""
    await rt.run(layout.lay_out_all)


async def doses_due(rt: Runtime) -> None:
    """Doses to remind of, and doses whose window passed."""
    while await rt.run(reminders.remind_due) >= reminders.BATCH:
        pass


async def checkins_due(rt: Runtime) -> None:
    """Check-ins to invite to, and those the next one has overtaken."""
    await rt.run(invitations.expire_due)
    while await rt.run(invitations.invite_due) >= invitations.BATCH:
        pass


async def asks_run_out(rt: Runtime) -> None:
    """Questions whose time has come, and questions nobody answered in time."""
    await rt.run(asks.begin_due)
    await rt.run(asks.run_out)


async def ladders_due(rt: Runtime) -> None:
    """Alerts whose next rung is due."""
    await rt.run(escalate.climb_due)


async def lessons_due(rt: Runtime) -> None:
    """The evening before a change of dose."""
    await rt.run(lessons.send_eves)


async def silences(rt: Runtime) -> None:
    """People of whom nothing was heard for too long."""
    await rt.run(silence.sweep)


async def supplies(rt: Runtime) -> None:
    """Tablets that will not last."""
    await rt.run(supply.warn_due)


async def leases(rt: Runtime) -> None:
    """Messages whose sender died, and messages that went stale."""
    await rt.run(delivery.tidy, HOOKS)


async def swept(rt: Runtime) -> None:
    """Note that the sweeps run."""
    await rt.run(retention.mark, "sweep")


def purge(days: int) -> Sweep:
    """Return the sweep that deletes what was dealt with more than `days` ago."""

    async def run(rt: Runtime) -> None:
        await rt.run(retention.purge, days)

    return run


def heartbeat(url: str) -> Sweep:
    """Return the sweep that tells an outside watchdog that Steady is well, and only then."""

    async def run(rt: Runtime) -> None:
        figures = await rt.run(retention.status)
        if not figures["wrong"]:
            async with httpx.AsyncClient(timeout=10) as client:
                await client.get(url)

    return run
