"""One chat as its person sees and uses it: a real browser before the real emulator."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.page.eyes import KEYS, phone, start
from tests.sandbox.page.server import PageServer

pytestmark = pytest.mark.page


def test_start_sends_start_and_the_bots_answer_appears(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    assert server.chat("Tom")[0]["text"] == "/start"
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Hello. I'm Steady.")
    expect(tom.locator(".theirs .words")).to_have_text("Hello. I'm Steady.")


def test_text_is_text_even_when_it_looks_like_markup(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    nasty = "<img src=x onerror=alert(1)> & <b>no</b>"
    server.bot("sendMessage", chat_id=server.user("Tom"), text=nasty)
    expect(tom.locator(".theirs .words")).to_have_text(nasty)
    expect(tom.locator(".words img, .words b")).to_have_count(0)


def test_entities_fall_on_their_words_after_an_emoji(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    text = "🌿🌿 <b>Call <i>999</i></b> now, <code>x</code>"
    server.bot("sendMessage", chat_id=server.user("Tom"), text=text, parse_mode="HTML")
    words = tom.locator(".theirs .words")
    expect(words.locator("strong")).to_have_text("Call 999")
    expect(words.locator("strong em")).to_have_text("999")
    expect(words.locator("code")).to_have_text("x")


def test_a_tap_reaches_the_bot_and_an_edit_keeps_the_focus(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    chat = server.user("Tom")
    sent = server.bot("sendMessage", chat_id=chat, text="Dose?", reply_markup=KEYS)
    tom.get_by_role("button", name="Taken").focus()
    page.keyboard.press("Enter")
    expect(tom.locator(".key[aria-busy]")).to_have_count(0)
    update = server.bot("getUpdates")[-1]["callback_query"]
    assert update["data"] == "d:1"
    server.bot("answerCallbackQuery", callback_query_id=update["id"], text="Saved")
    undo = {"inline_keyboard": [[{"text": "Undo", "callback_data": "u:1"}]]}
    server.bot(
        "editMessageText",
        chat_id=chat,
        message_id=sent["message_id"],
        text="Taken 08:00",
        reply_markup=undo,
    )
    expect(tom.locator(".toast")).to_have_text("Saved")
    expect(tom.locator(".theirs .meta")).to_have_text("edited 08:00")
    expect(tom.get_by_role("button", name="Undo")).to_be_focused()


def test_a_deleted_message_vanishes(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    chat = server.user("Tom")
    sent = server.bot("sendMessage", chat_id=chat, text="Gone soon")
    expect(tom.get_by_text("Gone soon")).to_be_visible()
    server.bot("deleteMessage", chat_id=chat, message_id=sent["message_id"])
    expect(tom.get_by_text("Gone soon")).to_have_count(0)


def test_a_reply_keyboard_sends_its_label_and_can_be_hidden(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    keys = {"keyboard": [[{"text": "I need help now"}]], "resize_keyboard": True}
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Hello", reply_markup=keys)
    tom.get_by_role("button", name="I need help now").click()
    expect(tom.locator(".mine .words").last).to_have_text("I need help now")
    tom.get_by_role("button", name="Hide the reply keyboard").click()
    expect(tom.get_by_role("button", name="I need help now")).to_be_hidden()
    tom.get_by_role("button", name="Show the reply keyboard").click()
    expect(tom.get_by_role("button", name="I need help now")).to_be_visible()


def test_an_invitation_link_opens_on_another_phone(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    text = "Open https://t.me/steady_bot?start=inv_Ab-9"
    server.bot("sendMessage", chat_id=server.user("Tom"), text=text)
    tom.locator(".theirs .link").click()
    page.get_by_role("menuitem", name="Maya").click()
    expect(phone(page, "Maya").locator(".mine .words")).to_have_text("/start inv_Ab-9")
    assert len(page.context.pages) == 1


def test_slash_lists_the_bots_commands_and_the_arrows_choose(
    page: Page, server: PageServer
) -> None:
    commands = [
        {"command": "today", "description": "Today's plan"},
        {"command": "help", "description": "Help now"},
    ]
    server.bot("setMyCommands", commands=commands)
    tom = start(page, "Tom")
    server.bot("sendMessage", chat_id=server.user("Tom"), text="Hello")
    expect(tom.locator(".theirs")).to_have_count(1)
    field = tom.get_by_role("combobox")
    field.press_sequentially("/")
    expect(tom.get_by_role("option")).to_have_count(2)
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect(tom.locator(".mine .words").last).to_have_text("/help")


def test_a_city_a_sticker_a_voice_message_and_a_file_can_be_sent(
    page: Page, server: PageServer, tmp_path: Path
) -> None:
    tom = start(page, "Tom")
    attach, menu = tom.get_by_role("button", name="Attach"), page.get_by_role("menuitem")
    attach.click()
    menu.filter(has_text="Location").click()
    menu.filter(has_text="Kathmandu").click()
    expect(tom.locator(".thing").last).to_have_text("Location 27.72, 85.32")
    for choice, shown in (("Sticker", "Sticker"), ("Voice", "Voice message")):
        attach.click()
        menu.filter(has_text=choice).click()
        expect(tom.locator(".thing").last).to_contain_text(shown)
    plan = tmp_path / "plan.txt"
    plan.write_text("10 mg, then 9 mg")
    attach.click()
    with page.expect_file_chooser() as chooser:
        menu.filter(has_text="File").click()
    chooser.value.set_files(plan)
    expect(tom.locator(".file")).to_contain_text("plan.txt")
    kinds = [message["kind"] for message in server.chat("Tom")]
    assert kinds == ["text", "location", "sticker", "voice", "document"]


def test_an_edit_changes_the_sent_message(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    tom.get_by_role("combobox").fill("helo")
    page.keyboard.press("Enter")
    expect(tom.locator(".mine")).to_have_count(2)
    tom.locator(".mine").last.hover()
    tom.get_by_role("button", name="Edit this message").last.click()
    tom.get_by_role("combobox").fill("hello")
    page.keyboard.press("Enter")
    expect(tom.locator(".mine .words").last).to_have_text("hello")
    assert server.bot("getUpdates")[-1]["edited_message"]["text"] == "hello"


def test_each_day_gets_its_heading(page: Page) -> None:
    tom = start(page, "Tom")
    page.get_by_role("button", name="+1 day").click()
    expect(page.locator("#now")).to_have_text("08:00 Tuesday 2 December")
    tom.get_by_role("combobox").fill("good morning")
    page.keyboard.press("Enter")
    expect(tom.locator(".day")).to_have_text(["Monday 1 December", "Tuesday 2 December"])


def test_a_reader_further_up_is_told_of_what_is_new(page: Page, server: PageServer) -> None:
    tom = start(page, "Tom")
    chat = server.user("Tom")
    for number in range(12):
        server.bot("sendMessage", chat_id=chat, text=f"Line {number}\n\n\nmore")
    expect(tom.locator(".theirs")).to_have_count(12)
    tom.get_by_role("log").evaluate("log => { log.scrollTop = 0; }")
    expect(tom.locator(".jump")).to_be_visible()
    server.bot("sendMessage", chat_id=chat, text="The newest")
    tom.get_by_role("button", name="Go to the newest message, 1 unread").click()
    expect(tom.get_by_text("The newest")).to_be_in_viewport()
    expect(tom.locator(".jump")).to_be_hidden()
