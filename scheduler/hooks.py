"""What happens when a message of an alert arrives, cannot arrive, or is refused."""

from typing import Final

from actions import escalate, inbox
from actions.delivery import DeliveryHooks
from actions.tx import Tx
from store.models import OutboxRow


def refused(tx: Tx, row: OutboxRow) -> None:
    """Telegram will never accept this call: a defect of ours that an operator must see."""
    inbox.tell_operators(
        tx, "operator/refused", key=f"refused:{row.id}", seq=row.id, error=(row.error or "")[:120]
    )


HOOKS: Final = DeliveryHooks(escalate.delivered, escalate.undeliverable, refused)
