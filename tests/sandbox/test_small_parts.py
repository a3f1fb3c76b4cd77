"""Durations, picture sizes, the change signal."""

import asyncio
import struct
from datetime import datetime, timedelta

import pytest

from sandbox.durations import parse_duration
from sandbox.emulator import Emulator
from sandbox.errors import ControlError
from sandbox.images import image_size
from sandbox.signals import Signal
from tests.sandbox.fakes import START, TOKEN, png


@pytest.mark.parametrize(
    ("text", "delta"),
    [
        ("PT8H", timedelta(hours=8)),
        ("PT90S", timedelta(seconds=90)),
        ("P1W", timedelta(weeks=1)),
        ("P2DT3H4M5S", timedelta(days=2, hours=3, minutes=4, seconds=5)),
    ],
)
def test_a_duration(text: str, delta: timedelta) -> None:
    assert parse_duration(text) == delta


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1M", "P1Y", "-PT1H", "PT0S", "P9999D", "P" + "9" * 40 + "D", "PT1.5H"]
)
def test_no_duration(text: str) -> None:
    with pytest.raises(ControlError):
        parse_duration(text)


def test_a_jpegs_size_stands_behind_its_tables() -> None:
    table = b"\xff\xc4\x00\x04ab"
    frame = b"\xff\xc0" + struct.pack(">HBHH", 11, 8, 20, 30) + b"....."
    assert image_size(b"\xff\xd8" + table + frame) == (30, 20)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff", png()[:20], png(0, 5)])
def test_no_picture_has_no_size(content: bytes) -> None:
    assert image_size(content) is None


async def test_a_wait_ends_with_the_change_or_with_the_time() -> None:
    signal = Signal()
    waiting = asyncio.create_task(signal.wait_past(0, 5))
    await asyncio.sleep(0)
    signal.bump()
    assert await waiting is True
    assert await signal.wait_past(1, 0.01) is False


async def test_a_closed_signal_waits_for_nothing() -> None:
    signal = Signal()
    waiting = asyncio.create_task(signal.wait_until(lambda: False, 60))
    await asyncio.sleep(0)
    signal.close()
    assert await asyncio.wait_for(waiting, 5) is False
    assert await signal.wait_until(lambda: False, 5) is False


def test_a_naive_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="must be aware"):
        Emulator(TOKEN, lambda: datetime.replace(START, tzinfo=None))
