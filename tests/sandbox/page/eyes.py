"""How the page tests look at the page."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.sandbox.page.server import PageServer

ARTIFACTS = Path("artifacts")
WIDE, SMALL = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
KEYS = {"inline_keyboard": [[{"text": "Taken", "callback_data": "d:1"}]]}


def opened(browser: Browser, server: PageServer, **options: Any) -> Page:
    context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
    page = context.new_page()
    page.set_default_timeout(8000)
    page.goto(server.url)
    expect(page.locator(".phone")).to_have_count(2)
    return page


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"{name}'s phone")


def start(page: Page, name: str) -> Locator:
    found = phone(page, name)
    found.get_by_role("button", name="Start", exact=True).click()
    expect(found.locator(".mine")).to_have_count(1)
    return found


def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    """What the page asked of the server takes a moment to be there."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
