"""The table with the phones: people, clock, faults, and the line to the server."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.page.eyes import eventually, opened, phone, start
from tests.sandbox.page.server import PageServer

pytestmark = pytest.mark.page


def test_a_first_visitor_finds_tom_and_maya_and_the_virtual_time(page: Page) -> None:
    expect(phone(page, "Tom")).to_be_visible()
    expect(phone(page, "Maya")).to_be_visible()
    expect(page.locator("#now")).to_have_text("08:00 Monday 1 December")
    expect(page.get_by_text("Nothing leaves this computer")).to_be_visible()


def test_time_moves_and_shows_in_the_chosen_zone(page: Page) -> None:
    page.get_by_role("button", name="+15 min").click()
    expect(page.locator("#now")).to_have_text("08:15 Monday 1 December")
    page.get_by_role("button", name="Next morning").click()
    expect(page.locator("#now")).to_have_text("08:00 Tuesday 2 December")
    page.get_by_label("Time zone shown").select_option("Asia/Kolkata")
    expect(page.locator("#now")).to_have_text("13:30 Tuesday 2 December")


def test_the_switches_set_and_end_faults(page: Page, server: PageServer) -> None:
    away = page.get_by_role("switch", name="Telegram away")
    slow = page.get_by_role("switch", name="Slow")
    away.check()
    slow.check()
    away.uncheck()
    eventually(lambda: kinds(server) == ["slow"])
    expect(slow).to_be_checked()
    expect(away).not_to_be_checked()


def kinds(server: PageServer) -> list[str]:
    return [fault["kind"] for fault in server.control("faults")["faults"]]


def test_a_fault_that_is_used_up_switches_itself_off(page: Page, server: PageServer) -> None:
    start(page, "Tom")
    server.control("faults", kind="429", method="sendMessage", count=1)
    switch = page.get_by_role("switch", name="429")
    expect(switch).to_be_checked()
    with pytest.raises(AssertionError, match="Too Many Requests"):
        server.bot("sendMessage", chat_id=server.user("Tom"), text="Too early")
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Now")
    expect(switch).not_to_be_checked()


def test_a_blocked_bot_can_be_unblocked(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    tom.get_by_role("button", name="Options of Tom's phone").click()
    page.get_by_role("menuitem", name="Block the bot").click()
    expect(tom.get_by_text("bot blocked")).to_be_visible()
    assert server.control("users")[0]["blocked"]
    tom.get_by_role("button", name="Unblock").click()
    expect(tom.get_by_role("combobox")).to_be_visible()
    assert not server.control("users")[0]["blocked"]


def test_a_reload_brings_back_the_same_phones_and_messages(page: Page, server: PageServer) -> None:
    start(page, "Tom")
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Still here")
    phone(page, "Maya").get_by_role("button", name="Options").click()
    page.get_by_role("menuitem", name="Put this phone away").click()
    page.reload()
    expect(phone(page, "Tom").get_by_text("Still here")).to_be_visible()
    expect(page.locator(".phone")).to_have_count(1)


def test_a_new_person_gets_a_phone(page: Page, server: PageServer) -> None:
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_role("menuitem", name="A new person").click()
    page.get_by_label("First name").fill("Zoë")
    page.keyboard.press("Enter")
    expect(phone(page, "Zoë")).to_be_visible()
    assert server.user("Zoë")


def test_the_page_says_so_when_the_sandbox_is_gone_and_takes_up_a_new_one(
    browser: Browser,
) -> None:
    with PageServer() as first:
        page = opened(browser, first)
        start(page, "Tom")
        port = first.port
    expect(page.get_by_text("Reconnecting to the sandbox")).to_be_visible()
    second = PageServer(port)
    for name in ("Tom", "Maya"):
        user = second.emulator.people.create_user(name)
        for number in range(5):
            second.emulator.people.send_text(user, f"Another life {number}")
    with second:
        expect(page.get_by_text("Reconnecting to the sandbox")).to_be_hidden(timeout=15000)
        expect(phone(page, "Tom").locator(".words")).to_have_text(
            [f"Another life {number}" for number in range(5)]
        )
        page.context.close()
