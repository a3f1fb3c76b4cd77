""" "Play the first day" with the real bot, to its end, and by hand from the middle."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.sandbox.page.eyes import ARTIFACTS, SMALL, WIDE, phone
from tests.sandbox.page.living import LivingSandbox

pytestmark = pytest.mark.page

SIGN = "came round on the kitchen floor, wife says i was shaking"
# What to read at leisure is read quickly here; the bot is as fast as it is.
HURRY = """async () => {
  const { player } = await import('/page/main.js');
  player.tempo = 0.3;
}"""
SCENES = {
    "consent": "what it cannot do",
    "plan": "in his own words",
    "reminder": "The reminder comes",
    "check-in": "The check-in",
    "alert": "Maya's phone",
    "answered": "Nobody is left guessing",
    "end": "That was the first day",
}


@pytest.fixture
def house() -> Iterator[LivingSandbox]:
    with LivingSandbox() as house:
        yield house


def visit(browser: Browser, house: LivingSandbox, size: dict[str, int] = WIDE) -> Page:
    """A visitor's first look."""
    page = browser.new_context(viewport=size, reduced_motion="reduce").new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(house.url)
    expect(page.locator(".phone")).to_have_count(2)
    return page


def see(page: Page, scene: str, caption: str, size: str) -> None:
    """Waits for a scene's caption, lets its message come, and keeps a picture."""
    expect(page.locator("#caption-text")).to_contain_text(caption, timeout=90_000)
    if scene == "alert":
        words = page.locator(".front .theirs .words").filter(has_text="It's about Tom")
        expect(words).to_be_visible(timeout=30_000)
        expect(words).to_be_in_viewport()
    page.screenshot(path=ARTIFACTS / f"first-day-{scene}-{size}.png")


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
def test_the_first_day_ends_with_maya_on_it_and_tom_knowing(
    browser: Browser, house: LivingSandbox, size: dict[str, int]
) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page = visit(browser, house, size)
    page.evaluate(HURRY)
    page.get_by_role("button", name="Play the first day").click()
    for scene, caption in SCENES.items():
        see(page, scene, caption, "small" if size is SMALL else "wide")
    alert = next(text for text in house.said("Maya") if "It's about Tom" in text)
    assert "seizure" in alert
    assert SIGN in alert
    tom = "\n".join(house.said("Tom"))
    assert re.search(r"Maya is on it \(19:0\d\)", tom)
    assert "Maya told me that you are safe" in tom
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()


def test_a_reload_in_the_middle_ends_the_play_and_the_visitor_goes_on_by_hand(
    browser: Browser, house: LivingSandbox
) -> None:
    page = visit(browser, house)
    page.get_by_role("button", name="Play the first day").click()
    tom = phone(page, "Tom")
    expect(tom.get_by_text("Do you agree?")).to_be_attached()
    page.get_by_role("button", name="Pause").click()
    page.reload()
    expect(page.get_by_role("button", name="Play the first day")).to_be_visible()
    tom.get_by_role("button", name="I am 18 or over, and I agree").click()
    expect(tom.get_by_text("Which country are you in?")).to_be_visible()
    tom.get_by_role("button", name="Ireland").click()
    expect(tom.get_by_text(re.compile("where you are"))).to_be_visible()
    page.context.close()


def go_to(page: Page, name: str) -> None:
    """Tab until the focus is on the control with this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.ariaLabel || document.activeElement.textContent"
        )
        if focused.strip() == name:
            return
    pytest.fail(f"Tab never reached {name!r}")


def press(page: Page, name: str, then: Locator) -> None:
    go_to(page, name)
    page.keyboard.press("Enter")
    expect(then).to_be_visible()


def test_the_first_screens_need_no_mouse(browser: Browser, house: LivingSandbox) -> None:
    page = visit(browser, house)
    tom = phone(page, "Tom")
    press(page, "Start", tom.get_by_role("button", name="English"))
    press(page, "English", tom.get_by_text("Do you agree?"))
    press(page, "I am 18 or over, and I agree", tom.get_by_text("Which country are you in?"))
    go_to(page, "Message from Tom")
    page.keyboard.type("uk")
    page.keyboard.press("Enter")
    expect(tom.get_by_text(re.compile("where you are"))).to_be_visible()
    press(page, "Yes", tom.get_by_text("What shall I call you?"))
    press(page, "I need help now", tom.get_by_text(re.compile("999")).first)
    page.context.close()
