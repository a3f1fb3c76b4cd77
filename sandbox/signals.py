"""One number that grows whenever anything changes, and a way to wait for it."""

import asyncio
from collections.abc import Callable


class Signal:
    """The emulator's version counter; everything runs in one thread."""

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._listeners: list[Callable[[], None]] = []

    def bump(self) -> int:
        """Count one change, wake everybody who waits, and return the new version."""
        self.version += 1
        for listener in tuple(self._listeners):
            listener()
        return self.version

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """End every wait, now and later; the server that serves them is going down."""
        self.closed = True
        self.bump()

    async def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Wait at most `seconds` real seconds for `ready`; the answer says whether it came.

        A closed signal waits for nothing.
        """
        if ready():
            return True
        event = asyncio.Event()
        unsubscribe = self.subscribe(event.set)
        try:
            async with asyncio.timeout(seconds):
                while not (self.closed or ready()):
                    event.clear()
                    await event.wait()
        except TimeoutError:
            return False
        finally:
            unsubscribe()
        return ready()

    async def wait_past(self, version: int, seconds: float) -> bool:
        """Wait at most `seconds` real seconds for a change after `version`."""
        return await self.wait_until(lambda: self.version != version, seconds)
