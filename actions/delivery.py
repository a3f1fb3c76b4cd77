"""What becomes of a message: claimed, sent, tried again, given up. The only writer of outcomes."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import OperationalError

from actions import people
from actions.outcomes import Outcome, Outgoing, Result
from actions.tx import Tx
from care.messages import POLICIES, Ambiguous, Kind, may_send_again
from store.models import OutboxRow, Person
from store.queries import outbox as query
from store.queries.outbox import Wanted

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
MOST_BACKOFF: Final = timedelta(seconds=60)
REPEAT_MARK: Final = "\n(repeat)"
# These can be done twice without anybody seeing it; so can an edit while its message is known.
IDEMPOTENT: Final = ("strip", "delete", "leave")
OWN_NOTES: Final = "operator/"

Hook = Callable[[Tx, OutboxRow], None]


@dataclass(frozen=True, slots=True)
class DeliveryHooks:
    """What others do when a message ended, in the same transaction.

    Args:
        delivered: Telegram took a message of an alert.
        undeliverable: a message can never reach its chat, or a message of an alert expired.
        refused: Telegram will never accept a call; an operator should know.
    """

    delivered: Hook
    undeliverable: Hook
    refused: Hook


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing may be sent now.

    Args:
        due: when the next row becomes due or the next lease runs out.
        held: whether rows are due but held back, by pacing or by their order.
    """

    due: datetime | None
    held: bool


def turn(
    tx: Tx,
    wanted: Wanted | None,
    hooks: DeliveryHooks,
    ended: tuple[Outgoing, Outcome] | None = None,
) -> Outgoing | Pause:
    """Write down how the last call ended and take the next row, in one transaction.

    `wanted` is None when nothing at all may be sent. With no call before it, it tidies first.
    """
    if ended is None:
        tidy(tx, hooks)
    else:
        record(tx, *ended, hooks)
    out = None if wanted is None else claim(tx, wanted, hooks)
    if out is not None:
        return out
    due, held = query.next_due_at(tx.session, tx.now), query.anything_held(tx.session, tx.now)
    return Pause(due, held)


def claim(tx: Tx, wanted: Wanted, hooks: DeliveryHooks) -> Outgoing | None:
    """Take the next row and open it; None when nothing may be sent now.

    The row is `sending` when this commits, before anything is sent: a crash in between is seen
    as an unknown outcome, never as nothing. Rows that cannot be opened fail, and the next counts.
    """
    while (row := query.claim_next(tx.session, tx.now, wanted)) is not None:
        target = query.shown_by(tx.session, row)
        if row.op in {"strip", "delete"} and (target is None or target.message_id is None):
            _end(tx, row, "cleared")
            continue
        try:
            return _take(tx, row, target)
        except ValueError:  # SealError is one, and so is a body that is no JSON
            _refuse(tx, row, "it cannot be opened", hooks)
    return None


def _take(tx: Tx, row: OutboxRow, target: OutboxRow | None) -> Outgoing:
    body = tx.json(row, "body")
    chat_id = _chat_of(tx, row, body)
    row.state, row.lease_until, row.attempts = "sending", tx.now + LEASE, row.attempts + 1
    if row.op == "edit":
        query.clear_older_edits(tx.session, row, tx.now)
    tx.session.flush()
    lost = row.op == "edit" and (target is None or target.message_id is None)
    return Outgoing(
        id=row.id,
        op="send" if lost else row.op,
        lane=row.person_id or 0,
        priority=row.priority,
        chat_id=chat_id,
        message_id=None if target is None else target.message_id,
        captioned=target is not None and target.op in {"photo", "document"},
        body=_worded(row, body, changes=row.op == "edit" and not lost),
        lease_until=tx.now + LEASE,
    )


def _chat_of(tx: Tx, row: OutboxRow, body: dict[str, Any]) -> int:
    if row.person_id is None:
        return int(body.get("chat_id", 0))
    return tx.telegram_id(tx.session.get_one(Person, row.person_id))


def _worded(row: OutboxRow, body: dict[str, Any], *, changes: bool) -> dict[str, Any]:
    """Return the body as it is said this time: a repeat says that it is one."""
    words = "caption" if "caption" in body else "text"
    if row.repeats == 0 or changes or words not in body or row.op in query.CHATLESS:
        return body
    rule = POLICIES[Kind(row.kind)].ambiguous
    if rule is Ambiguous.REPEAT_MARKED:
        return body | {words: body[words] + REPEAT_MARK}
    if rule is Ambiguous.ONCE_MORE and body.get("once_more"):
        return body | {words: body["once_more"]}
    return body


def record(tx: Tx, out: Outgoing, outcome: Outcome, hooks: DeliveryHooks) -> None:
    """Write down how a call ended.

    Does nothing when the claim was lost meanwhile (its lease ran out and somebody else decided),
    except that a message now known to have arrived is not sent again.
    """
    row = tx.session.get(OutboxRow, out.id, with_for_update=True)
    if row is None:
        return
    ours = row.state == "sending" and row.lease_until == out.lease_until
    late = outcome.result is Result.SENT and row.state in {"ready", "unknown", "expired"}
    if ours or late:
        ENDINGS[outcome.result](tx, row, outcome, hooks)


def _sent(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    row.message_id, row.error = outcome.message_id, outcome.error
    _end(tx, row, "sent")
    if outcome.error is not None:
        tx.audit("sent_with_error", None, outbox_id=row.id, error=outcome.error)
    target = query.shown_by(tx.session, row) if row.op == "edit" else None
    if target is not None:
        target.message_id = outcome.message_id
    person = _person(tx, row)
    if person is not None:
        person.blocked_at = None
    if row.alert_id is not None:
        _tell(tx, row, hooks.delivered)


def _stale(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    del hooks
    row.error = _short(outcome)
    _end(tx, row, "cleared")


def _no_message(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    target = query.shown_by(tx.session, row)
    if row.op != "edit" or target is None:
        _stale(tx, row, outcome, hooks)
        return
    # Without the id of its message the edit is claimed as a new message.
    target.message_id = None
    row.attempts -= 1
    _again(row, tx.now)


def _throttled(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    del hooks
    row.attempts -= 1
    row.error = _short(outcome)
    _again(row, tx.now + outcome.wait)


def _not_sent(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    del hooks
    row.error = _short(outcome)
    _again(row, tx.now + backoff(row.attempts))


def _unsure(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    del hooks
    row.error = _short(outcome)
    if not (_idempotent(tx, row) or may_send_again(Kind(row.kind), row.repeats)):
        _end(tx, row, "unknown")
        return
    row.repeats += 1
    _again(row, tx.now + backoff(row.attempts))


def _idempotent(tx: Tx, row: OutboxRow) -> bool:
    if row.op != "edit":
        return row.op in IDEMPOTENT
    target = query.shown_by(tx.session, row)
    return target is not None and target.message_id is not None


def _unreachable(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    row.error = _short(outcome)
    _end(tx, row, "failed")
    person = _person(tx, row)
    if person is not None and person.blocked_at is None:
        people.mark_blocked(tx, person)
    _tell(tx, row, hooks.undeliverable)


def _refused(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    _refuse(tx, row, _short(outcome), hooks)


def _refuse(tx: Tx, row: OutboxRow, error: str, hooks: DeliveryHooks) -> None:
    row.error = error
    _end(tx, row, "failed")
    tx.audit("refused", None, outbox_id=row.id, op=row.op, template=row.template, error=error)
    if row.alert_id is not None:
        _tell(tx, row, hooks.undeliverable)
    # A note to the operator that is itself refused must not make another one, for ever.
    if not row.template.startswith(OWN_NOTES):
        _tell(tx, row, hooks.refused)


def _migrated(tx: Tx, row: OutboxRow, outcome: Outcome, hooks: DeliveryHooks) -> None:
    del hooks
    person = _person(tx, row)
    if person is not None:
        tx.vault.seal(person, telegram_id=str(outcome.chat_id))
    else:
        tx.vault.seal_json(row, "body", tx.json(row, "body") | {"chat_id": outcome.chat_id})
    row.attempts -= 1
    row.error = _short(outcome)
    _again(row, tx.now + backoff(1))


ENDINGS: Final[dict[Result, Callable[[Tx, OutboxRow, Outcome, DeliveryHooks], None]]] = {
    Result.SENT: _sent,
    Result.STALE: _stale,
    Result.NO_MESSAGE: _no_message,
    Result.THROTTLED: _throttled,
    Result.NOT_SENT: _not_sent,
    Result.UNSURE: _unsure,
    Result.UNREACHABLE: _unreachable,
    Result.BAD_MARKUP: _refused,
    Result.REFUSED: _refused,
    Result.MIGRATED: _migrated,
}


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after the given number of attempts: 1, 2, 4 ... 60 seconds."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 6)), MOST_BACKOFF)


def reclaim(tx: Tx, hooks: DeliveryHooks) -> int:
    """Treat calls whose sender never came back as unknown outcomes; return how many."""
    rows = query.lapsed(tx.session, tx.now)
    for row in rows:
        _unsure(tx, row, Outcome(Result.UNSURE, error="the sender did not come back"), hooks)
    return len(rows)


def expire(tx: Tx, hooks: DeliveryHooks) -> int:
    """Let what is too old to be said expire; return how many.

    A reminder that expires is no error. A message of an alert that expires has reached nobody,
    and the alert is told so.
    """
    alerts = query.stale_alerts(tx.session, tx.now)
    for row in alerts:
        _end(tx, row, "expired")
        _tell(tx, row, hooks.undeliverable)
    tx.session.flush()
    return len(alerts) + query.expire_stale(tx.session, tx.now)


def tidy(tx: Tx, hooks: DeliveryHooks) -> None:
    """Reclaim and expire. Safe to run at any time, from anywhere, twice."""
    reclaim(tx, hooks)
    expire(tx, hooks)


def _tell(tx: Tx, row: OutboxRow, hook: Hook) -> None:
    """Call a hook; its bug must not undo what is known about the message."""
    try:
        with tx.session.begin_nested():
            hook(tx, row)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 (an alert recorded as unsent would be sent for ever)
        # Frames only: the text of an exception may hold somebody's words.
        frames = "".join(traceback.format_tb(error.__traceback__))
        detail = {"action": "hook_failed", "outbox_id": row.id}
        log.error(  # noqa: TRY400 (see above)
            "a delivery hook failed: %s\n%s", type(error).__name__, frames, extra=detail
        )
        tx.audit("hook_failed", None, outbox_id=row.id, error=type(error).__name__)


def _again(row: OutboxRow, at: datetime) -> None:
    row.state, row.lease_until, row.not_before = "ready", None, at


def _end(tx: Tx, row: OutboxRow, state: str) -> None:
    row.state, row.lease_until, row.ended_at = state, None, tx.now
    tx.session.flush()


def _person(tx: Tx, row: OutboxRow) -> Person | None:
    return None if row.person_id is None else tx.session.get(Person, row.person_id)


def _short(outcome: Outcome) -> str:
    return (outcome.error or outcome.result.value)[:200]
