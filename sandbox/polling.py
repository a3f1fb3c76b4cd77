"""getUpdates that waits: the long poll, shared by the HTTP server and the in-process transport."""

from collections.abc import Mapping

from sandbox import limits
from sandbox.emulator import Emulator, Reply
from sandbox.errors import ApiError
from sandbox.intake import remember_allowed, terminated_by_other
from sandbox.methods import METHODS
from sandbox.parameters import Parameters


async def long_poll(emulator: Emulator, raw: Mapping[str, object]) -> Reply:
    """Do one getUpdates call, waiting `timeout` real seconds (at most 50) for an update.

    A newer getUpdates ends an older one with 409, as at Telegram.

    Raises:
        CutConnectionError: a fault says so.
    """
    try:
        call = Parameters(METHODS["getupdates"].known, raw, {})
        offset, timeout = call.number("offset"), call.number("timeout")
        remember_allowed(emulator.world, call)
    except ApiError as error:
        return emulator.refuse("getUpdates", raw, error)
    world = emulator.world
    if not (world.webhook.url or emulator.faults.pending("getUpdates")):
        # Telegram forgets what is confirmed when the question arrives, not when it is answered.
        world.queue.fetch(offset, 0, world.time())
    if await _outlasted(emulator, offset, min(timeout, limits.LONG_POLL_SECONDS)):
        return emulator.call("getUpdates", raw)
    return emulator.refuse("getUpdates", raw, terminated_by_other())


async def _outlasted(emulator: Emulator, offset: int, seconds: int) -> bool:
    """Wait for something to answer; False when a newer getUpdates came meanwhile."""
    world = emulator.world
    world.poll += 1
    mine = world.poll
    if world.polls_waiting:
        world.signal.bump()

    def ready() -> bool:
        return (
            world.poll != mine
            or bool(world.webhook.url)
            or emulator.faults.pending("getUpdates")
            or world.queue.holds(offset, world.time())
        )

    world.polls_waiting += 1
    try:
        await world.signal.wait_until(ready, seconds)
    finally:
        world.polls_waiting -= 1
    return world.poll == mine
