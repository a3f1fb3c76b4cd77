"""Wiring: the runtime, the Telegram application and its handlers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from actions.runtime import Runtime
from actions.tx import House
from bot.content.library import load_content
from bot.dispatch import Dispatcher, on_error
from bot.handlers import updates
from bot.receiver import Receiver
from bot.settings import Settings, SettingsError
from scheduler.request import make_request
from store.crypto import MasterKeys, SealError
from store.engine import make_engine
from store.keystore import KeyStore
from store.migrate import require_current
from store.vault import Vault

TelegramApplication = Application[Any, Any, Any, Any, Any, Any]


@dataclass(slots=True)
class Parts:
    """A wired bot."""

    rt: Runtime
    application: TelegramApplication
    receiver: Receiver
    dispatcher: Dispatcher


def make_vault(settings: Settings) -> tuple[Vault, Engine]:
    """Open the key store; the engine is given back so that it can be closed.

    Raises:
        SettingsError: its keys were wrapped with a key that ENCRYPTION_KEYS does not hold.
    """
    engine = make_engine(settings.key_store_url(), pool_size=1)
    keys = KeyStore(engine, MasterKeys.parse(settings.encryption_keys))
    try:
        return Vault(keys), engine
    except SealError as error:
        engine.dispose()
        raise SettingsError(f"ENCRYPTION_KEYS: {error}") from None


def make_runtime(settings: Settings) -> Runtime:
    """Return the runtime of these settings; refuses a database of another revision.

    Raises:
        SettingsError: the database cannot be opened.
        MigrationError: it is of another revision.
    """
    engine = make_engine(settings.database_url)
    try:
        require_current(engine)
    except OperationalError as error:
        reason = str(error.orig).partition("\n")[0]
        raise SettingsError(f"DATABASE_URL: {reason}") from None
    vault, _ = make_vault(settings)
    return Runtime(engine, vault, load_content(), House(operators=settings.operator_chat_ids))


def make_application(
    rt: Runtime, settings: Settings, request: BaseRequest | None = None
) -> TelegramApplication:
    """Return the Telegram application: no updater, no job queue, no rate limiter of its own."""
    base = settings.telegram_api_url.rstrip("/")
    # One client for all calls: the library would want another for an updater that is not there.
    request = request or make_request()
    application: TelegramApplication = (
        Application.builder()
        .token(settings.bot_token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(request)
        .get_updates_request(request)
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.bot_data["rt"] = rt
    add_handlers(application)
    return application


def add_handlers(application: TelegramApplication) -> None:
    """Add the handlers. The first that fits wins; the last takes whatever is left."""
    private = filters.ChatType.PRIVATE
    written = filters.UpdateType.MESSAGE & private
    for handler in (
        ChatMemberHandler(updates.on_member, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(~private, updates.on_group),
        CallbackQueryHandler(updates.on_button),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & private, updates.on_edited),
        CommandHandler("start", updates.on_start, filters=written),
        MessageHandler(written & filters.COMMAND, updates.on_command),
        MessageHandler(written & filters.TEXT, updates.on_text),
        MessageHandler(written & filters.LOCATION, updates.on_location),
        MessageHandler(written & (filters.PHOTO | filters.Document.ALL), updates.on_file),
        MessageHandler(written, updates.on_other),
        TypeHandler(Update, updates.on_other),
    ):
        application.add_handler(handler)
    application.add_error_handler(on_error)


def wire(rt: Runtime, application: TelegramApplication) -> Parts:
    """Return the parts that carry updates from Telegram to the actions."""
    return Parts(rt, application, Receiver(rt, application.bot), Dispatcher(rt, application))


async def know_the_bot(rt: Runtime, application: TelegramApplication) -> None:
    """Learn the bot's own id and name, which links and the inbox need."""
    bot = application.bot
    rt.house = House(bot.id, bot.username, rt.house.operators)
