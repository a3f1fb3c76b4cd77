"""getUpdates and the webhook methods: how the bot gets to know what happened."""

import re
from typing import Any, Final

from sandbox import limits
from sandbox.errors import ApiError, bad_request, conflict
from sandbox.parameters import Parameters
from sandbox.world import Webhook, World

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{0,256}")
_URL: Final = re.compile(r"https?://[^\s/]+(?:/\S*)?")
_WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def terminated_by_other() -> ApiError:
    """What an older getUpdates hears when a newer one arrives."""
    return conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running"
    )


def get_updates(world: World, call: Parameters) -> list[dict[str, Any]]:
    """The updates that wait now; waiting for more is the transport's work.

    Raises:
        ApiError: 409 while a webhook is set.
    """
    refuse_poll(world)
    remember_allowed(world, call)
    limit = call.number("limit", limits.POLL_LIMIT)
    limit = limit if 1 <= limit <= limits.POLL_LIMIT else limits.POLL_LIMIT
    return world.queue.fetch(call.number("offset"), limit, world.time())


def refuse_poll(world: World) -> None:
    """Raise 409 while a webhook is set."""
    if world.webhook.url:
        raise conflict(_WEBHOOK_ACTIVE)


def remember_allowed(world: World, call: Parameters) -> None:
    """Keep the kinds of update the bot asks for; it holds for updates from now on."""
    if call.has("allowed_updates"):
        kinds = [str(kind) for kind in call.array("allowed_updates")]
        world.queue.allowed = kinds or None


def set_webhook(world: World, call: Parameters) -> bool:
    """Deliver updates to a URL from now on; an empty URL is deleteWebhook.

    Plain http is taken too, as the Bot API server does in local mode.

    Raises:
        ApiError: 400 for a URL or a secret Telegram refuses.
    """
    url, secret = call.text("url"), call.text("secret_token")
    if not url:
        return delete_webhook(world, call)
    if _URL.fullmatch(url) is None:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if _SECRET.fullmatch(secret) is None:
        raise bad_request("secret token contains unallowed characters")
    remember_allowed(world, call)
    _drop_if_asked(world, call)
    world.webhook = Webhook(
        url, secret, call.text("ip_address"), call.number("max_connections", 40)
    )
    world.signal.bump()
    return True


def delete_webhook(world: World, call: Parameters) -> bool:
    """Stop delivering; updates wait for getUpdates."""
    _drop_if_asked(world, call)
    world.webhook = Webhook()
    world.signal.bump()
    return True


def get_webhook_info(world: World, _call: Parameters) -> dict[str, Any]:
    """Where updates go, how many wait, and what went wrong last."""
    hook = world.webhook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": world.queue.count(world.time()),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.ip_address:
        info["ip_address"] = hook.ip_address
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    if world.queue.allowed:
        info["allowed_updates"] = world.queue.allowed
    return info


def _drop_if_asked(world: World, call: Parameters) -> None:
    if call.flag("drop_pending_updates"):
        world.queue.clear()
