""" "Play the first day"."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.page


def test_a_play_whose_bot_is_silent_stops_with_a_clear_line(page: Page) -> None:
    page.clock.install()
    page.get_by_role("button", name="Play the first day").click()
    for _ in range(40):
        page.clock.run_for(1000)
    expect(page.locator("#caption-text")).to_contain_text("The play stopped: Tom did not get")
    expect(page.get_by_role("button", name="Play the first day")).to_be_visible()


def test_a_play_can_be_stopped(page: Page) -> None:
    page.get_by_role("button", name="Play the first day").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#caption-text")).to_contain_text("Stopped.")
