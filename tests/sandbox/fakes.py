"""What the tests stand in for: a clock to move by hand and the owner of that clock."""

import struct
import zlib
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
TOKEN = "123456:sandbox-token"


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **parts: float) -> None:
        self.at += timedelta(**parts)


class ClockHooks:
    """Moves the clock when the control API asks and remembers how."""

    live = False

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.done: list[tuple[str, timedelta | None]] = []

    async def advance(self, delta: timedelta) -> datetime:
        self.done.append(("advance", delta))
        self.clock.at += delta
        return self.clock.at

    async def jump(self, delta: timedelta) -> datetime:
        self.done.append(("jump", delta))
        self.clock.at += delta
        return self.clock.at

    async def settled(self) -> None:
        self.done.append(("settled", None))


def png(width: int = 2, height: int = 2) -> bytes:
    """A black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * (width + 1) * height)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
