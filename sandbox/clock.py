"""The sandbox's clock: it runs by itself, and can be moved ahead."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

# A Monday morning, so that every demonstration begins the same way.
MORNING: Final = datetime(2026, 11, 30, 7, 45, tzinfo=UTC)


class SandboxClock:
    """A virtual clock.

    Args:
        start: the instant it begins at (aware UTC).
        live: whether it runs second by second; a clock that is not live stands still.
    """

    def __init__(self, start: datetime = MORNING, *, live: bool = True) -> None:
        self._base = start
        self.live = live
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Return the virtual instant (aware UTC)."""
        if not self.live:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, instant: datetime) -> None:
        """Go to a later instant; an earlier one changes nothing, since time never runs back."""
        now = self.now()
        self._base, self._since = max(instant, now), time.monotonic()
