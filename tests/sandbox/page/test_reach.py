"""Everybody can reach everything: sizes, colours, keyboard, screen readers."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.page.eyes import ARTIFACTS, KEYS, SMALL, WIDE, opened, phone, start
from tests.sandbox.page.server import PageServer

pytestmark = pytest.mark.page


def test_tab_reaches_every_control_and_every_control_has_a_name(
    page: Page, server: PageServer
) -> None:
    tom = start(page, "Tom")
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Dose?", reply_markup=KEYS)
    expect(tom.get_by_role("button", name="Taken")).to_be_visible()
    shown = "button:visible, select:visible, input:visible, textarea:visible"
    controls = page.locator(shown).count()
    page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus(); }")
    reached = set()
    for _ in range(controls + 6):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    names = {one for one in reached if one and not one.startswith(("DIV", "BODY"))}
    assert len(names) >= controls - 1  # of a tab list only the chosen tab is a stop
    assert not [one for one in names if re.fullmatch(r"\w+#\d+:\s*", one)]


FOCUSED = """() => {
  const one = document.activeElement;
  const all = [...document.querySelectorAll('*')];
  const name = one.ariaLabel || one.labels?.[0]?.textContent || one.textContent;
  return `${one.tagName}#${all.indexOf(one)}:${name.trim()}`;
}"""


def test_every_chat_is_a_polite_log(page: Page) -> None:
    logs = page.get_by_role("log")
    expect(logs).to_have_count(2)
    expect(logs.first).to_have_attribute("aria-live", "polite")
    expect(logs.first).to_have_attribute("aria-label", "Chat with Steady on Tom's phone")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
def test_the_page_fits_its_window_and_its_targets_a_finger(
    browser: Browser, server: PageServer, size: dict[str, int], scheme: str
) -> None:
    page = opened(browser, server, viewport=size, color_scheme=scheme)
    small = size is SMALL
    expect(page.locator(".phone:visible")).to_have_count(1 if small else 2)
    tom = start(page, "Tom")
    text = "Time for what's planned now.\n<b>Diazepam 9 mg</b>: four and a half 2 mg tablets."
    server.bot(
        "sendMessage",
        chat_id=server.user("Tom"),
        text=text,
        parse_mode="HTML",
        reply_markup=KEYS,
    )
    expect(tom.get_by_role("button", name="Taken")).to_be_in_viewport()
    wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wide
    heights = page.locator(
        "button:visible:not(.link), select:visible, textarea:visible"
    ).evaluate_all("all => all.map((one) => [one.getBoundingClientRect().height, one.textContent])")
    assert not [one for one in heights if one[0] < 39.5]
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"page-{'small' if small else 'wide'}-{scheme}.png")
    page.context.close()


def test_on_a_small_screen_tabs_change_the_phone_and_mark_what_is_new(
    browser: Browser, server: PageServer
) -> None:
    page = opened(browser, server, viewport=SMALL)
    start(page, "Tom")
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Seen at once")
    expect(phone(page, "Tom").get_by_text("Seen at once")).to_be_visible()
    expect(page.get_by_role("tab", name="Maya", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Maya").click()
    start(page, "Maya")
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Hello Tom")
    page.get_by_role("tab", name="Tom new").focus()
    page.keyboard.press("Enter")
    expect(phone(page, "Tom").get_by_text("Hello Tom")).to_be_visible()
    expect(phone(page, "Maya")).to_be_hidden()
    page.context.close()
