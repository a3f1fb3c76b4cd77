"""The handlers: read the update, call one action, nothing else."""

from typing import Any

from telegram import Message, Update
from telegram.ext import ContextTypes

from actions import conversation, joining, onboarding, plan_files, presence
from actions.runtime import CURRENT, Runtime
from bot.content.buttons import UnknownButtonError, read_press
from bot.handlers.table import BUTTONS, COMMANDS

Context = ContextTypes.DEFAULT_TYPE


def _rt(context: Context) -> Runtime:
    rt: Runtime = context.application.bot_data["rt"]
    return rt


async def on_start(update: Update, context: Context) -> None:
    """/start, alone or with the token of an invitation."""
    del update
    if context.args:
        await _rt(context).handle(joining.arrive, context.args[0][:64])
    else:
        await _rt(context).handle(onboarding.start)


async def on_command(update: Update, context: Context) -> None:
    """A command of the menu; an unknown one is answered like any words."""
    text = (update.effective_message.text or "") if update.effective_message else ""
    name = text[1:].split()[0].split("@")[0].casefold() if len(text) > 1 else ""
    action = COMMANDS.get(name)
    if action is not None:
        await _rt(context).handle(action)
    else:
        await _rt(context).handle(conversation.unknown_command)


async def on_button(update: Update, context: Context) -> None:
    """A pressed button: looked up in the table, its arguments read, its action called."""
    query = update.callback_query
    data = (query.data or "") if query else ""
    press = read_press(data)
    try:
        action, arguments = BUTTONS[press.verb]
        values: tuple[Any, ...] = arguments(press)
    except (KeyError, UnknownButtonError):
        await _rt(context).handle(conversation.old_button)
        return
    await _rt(context).handle(action, *values)


async def on_text(update: Update, context: Context) -> None:
    """Words."""
    text = (update.effective_message.text or "") if update.effective_message else ""
    await _rt(context).handle(conversation.on_text, text)


async def on_location(update: Update, context: Context) -> None:
    """A shared place."""
    message = update.effective_message
    if message is None or message.location is None:
        return
    place = message.location
    await _rt(context).handle(conversation.on_location, place.latitude, place.longitude)


async def on_other(update: Update, context: Context) -> None:
    """A sticker, photo, voice message, contact, file: anything Steady cannot read yet."""
    await _rt(context).handle(conversation.on_other, _what(update.effective_message))


async def on_file(update: Update, context: Context) -> None:
    """A document or a photo: perhaps a plan, or the code of one."""
    inbound = CURRENT.get()
    if inbound is None or inbound.file is None:
        await on_other(update, context)
        return
    sent = inbound.file
    await _rt(context).handle(plan_files.received, sent.what, sent.found)


def _what(message: Message | None) -> str:
    kinds = ("photo", "voice", "sticker", "video", "document", "audio", "contact", "animation")
    return next((kind for kind in kinds if message and getattr(message, kind, None)), "message")


async def on_edited(update: Update, context: Context) -> None:
    """An edited message: it was read again before it came here."""
    del update
    await _rt(context).handle(conversation.on_edited)


async def on_group(update: Update, context: Context) -> None:
    """Anything from a group or channel: Steady speaks in private only, and leaves."""
    chat = update.effective_chat
    await _rt(context).handle(presence.in_group, chat.id if chat else 0)


async def on_member(update: Update, context: Context) -> None:
    """Blocked or unblocked in a private chat, or added to a group."""
    change = update.my_chat_member
    if change is None:
        return
    if change.chat.type != "private":
        gone = change.new_chat_member.status in {"left", "kicked"}
        await _rt(context).handle(presence.noted if gone else presence.in_group, change.chat.id)
        return
    blocked = change.new_chat_member.status == "kicked"
    await _rt(context).handle(presence.blocked if blocked else presence.unblocked)
