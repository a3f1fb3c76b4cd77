"""The sweeps: each asks the database what is due and calls one action. Safe to run twice."""

from collections.abc import Awaitable, Callable

import httpx

from actions import (
    aftercare,
    asks,
    delivery,
    escalate,
    heed,
    holding,
    invitations,
    layout,
    lessons,
    pause,
    reminders,
    retention,
    silence,
    supply,
)
from actions.runtime import Runtime
from actions.tx import Tx
from scheduler.hooks import HOOKS

Sweep = Callable[[Runtime], Awaitable[None]]
Due = Callable[[Tx], list[int]]
One = Callable[[Tx, int], object]


async def each(rt: Runtime, name: str, due: Due, one: One) -> None:
    """Do one thing for every row that is due, each in a transaction of its own.

    One patient's failure never stops the others: it is logged, the operator is told, and it is
    raised when all others are done.
    """
    failed: list[Exception] = []
    for row_id in await rt.run(due):
        try:
            await rt.run(one, row_id)
        except Exception as error:  # noqa: BLE001 (whatever broke, the next patient is served)
            failed.append(error)
            await rt.run(retention.trouble, name, row_id, type(error).__name__)
    if failed:
        raise ExceptionGroup(name, failed)


async def kept_back(rt: Runtime) -> None:
    """Cuts that are agreed to wait while something is unresolved (D1)."""
    await each(rt, "kept_back", holding.cuts_waiting, holding.keep_back)


async def lay_out(rt: Runtime) -> None:
    """Lay out the next 48 hours of doses."""
    await each(rt, "lay_out", retention.active_patients, layout.lay_out_one)


async def doses_due(rt: Runtime) -> None:
    """Doses to remind of, and doses whose window passed."""
    await each(rt, "doses_due", reminders.due, reminders.remind)


async def checkins_due(rt: Runtime) -> None:
    """Check-ins to invite to, and those the next one has overtaken."""
    await rt.run(invitations.expire_due)
    await each(rt, "checkins_due", invitations.due, invitations.invite)


async def asks_run_out(rt: Runtime) -> None:
    """Questions whose time has come, and questions nobody answered in time."""
    await each(rt, "asks_begin", asks.waiting, asks.begin)
    await each(rt, "asks_run_out", asks.over, asks.run_out)
    await each(rt, "unnamed", heed.unnamed, heed.for_everybody)


async def ladders_due(rt: Runtime) -> None:
    """Alerts whose next rung is due."""
    await each(rt, "ladders_due", escalate.due, escalate.climb_one)


async def lessons_due(rt: Runtime) -> None:
    """The evening before a change of dose."""
    await each(rt, "lessons_due", lessons.stepping_soon, lessons.send_eve)


async def returns(rt: Runtime) -> None:
    """Hospital stays that are over: are you back, and with which dose?"""
    await each(rt, "returns", pause.due, pause.ask_back)


async def aftercares(rt: Runtime) -> None:
    """Plans that reached zero, and check-ins that come to their end."""
    await each(rt, "aftercares", aftercare.due, aftercare.speak)


async def silences(rt: Runtime) -> None:
    """People of whom nothing was heard for too long."""
    await each(rt, "silences", silence.due, silence.look)


async def supplies(rt: Runtime) -> None:
    """Tablets that will not last."""
    await each(rt, "supplies", supply.counted, supply.warn)


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
    """Return the sweep that tells an outside watchdog that Steady does its work, and only then.

    An update that was put aside is told to the operator; a watchdog that is silent for a day
    because of it would not notice that Steady died meanwhile.
    """

    async def run(rt: Runtime) -> None:
        figures = await rt.run(retention.status)
        if not figures["stuck"]:
            async with httpx.AsyncClient(timeout=10) as client:
                await client.get(url)

    return run
