"""Plan codes: a plan a prescriber made into a link or picture, taken up once by one patient."""

import re
import secrets
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select

from actions.outbox import HOUSE_OWNER
from actions.tx import Tx
from care.plandoc import PlanDocument, read_document
from store.models import Person, PlanCode

PREFIX: Final = "plan_"
TOKEN_BYTES: Final = 16  # 22 characters: with the prefix well under the 64 of a deep link
AGAIN: Final = timedelta(hours=1)
"""How long the same person gets the same plan again: a double tap or a crash loses nothing."""

_TOKEN: Final = re.compile(
    r"(?:(?:https?://)?(?:t\.me|telegram\.me)/\w{3,40}\?start=|tg://resolve\?domain=\w{3,40}&start="
    r"|/start(?:@\w{3,40})?\s+)plan_(?P<token>[\w-]{20,59})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)


def issue(
    tx: Tx, document: dict[str, Any], *, prescriber: str, reason: str = "", days_valid: int = 30
) -> str:
    """Keep a plan document under a new token and return the token, of which a hash is kept only.

    `reason` is why a plan that is blocked is right all the same (D9). The document belongs to the
    house until it is taken up: whom it is for is not known here.

    Raises:
        ValueError: `days_valid` is not 1 to 366, or nobody stands for the plan.
    """
    if not 1 <= days_valid <= 366:  # noqa: PLR2004 (a year)
        raise ValueError(f"a code is valid for 1 to 366 days, not {days_valid}")
    if not prescriber.strip():
        raise ValueError("a code needs the name of its prescriber")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = PlanCode(
        key_owner=HOUSE_OWNER,
        token_hash=tx.vault.token_hash(PREFIX + token),
        created_at=tx.now,
        expires_at=tx.now + timedelta(days=days_valid),
    )
    tx.vault.seal(row, prescriber=prescriber.strip(), reason=reason.strip() or None)
    tx.vault.seal_json(row, "document", document)
    tx.session.add(row)
    tx.session.flush()
    tx.audit("plan_code_made", code=row.id)
    return token


def redeem(tx: Tx, person: Person, token: str) -> PlanDocument | None:
    """The plan behind a token, which is used up by it; None for a token that is no good.

    The document names the prescriber of the code. The same person gets it again within the hour.
    """
    row = take(tx, person, token)
    return None if row is None else document_of(tx, row)


def take(tx: Tx, person: Person, token: str) -> PlanCode | None:
    """The row of a token, marked as used by this person; None as `redeem`."""
    hashed = tx.vault.token_hash(PREFIX + token)
    row = tx.session.scalar(select(PlanCode).where(PlanCode.token_hash == hashed).with_for_update())
    if row is None:
        return None
    if row.used_at is not None:
        again = row.used_by == person.id and tx.now - row.used_at <= AGAIN
        return row if again else None
    if row.expires_at <= tx.now:
        return None
    row.used_at, row.used_by = tx.now, person.id
    tx.session.flush()
    tx.audit("plan_code_used", person, code=row.id)
    return row


def document_of(tx: Tx, row: PlanCode) -> PlanDocument:
    """The plan a code carries, in the name of who made it."""
    document = read_document(
        tx.json(row, "document"), lambda name: name if name in tx.content.drugs else None
    )
    prescriber = tx.vault.read(row, "prescriber") or ""
    return PlanDocument(document.plan, prescriber, document.if_unresolved)


def reason_of(tx: Tx, row: PlanCode) -> str:
    """Why the prescriber made a code of a plan that is blocked; empty when it was not."""
    return tx.vault.read(row, "reason") or ""


def let_go(tx: Tx) -> int:
    """Delete codes that are of no use any more; the plan lives on with the patient's own record."""
    over = PlanCode.expires_at <= tx.now
    used = PlanCode.used_at < tx.now - AGAIN
    gone = tx.session.execute(delete(PlanCode).where(or_(over, used)))
    return int(getattr(gone, "rowcount", 0))


def token_in(text: str) -> str | None:
    """The token in a link or a "/start plan_..." that stands in a text; None when there is none."""
    found = _TOKEN.search(text)
    return found["token"] if found else None


def link_of(bot_username: str, token: str) -> str:
    """The link that carries a token to a bot."""
    return f"https://t.me/{bot_username}?start={PREFIX}{token}"
