from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from actions import delivery
from actions.delivery import DeliveryHooks, Pause
from actions.outcomes import Outcome, Outgoing, Result
from actions.tx import Tx
from care.messages import Kind
from store.models import AuditEntry, OutboxRow, Person
from store.queries.outbox import Wanted
from store.vault import Vault
from tests.scheduler.fakes import Queue


@pytest.fixture
def queue(any_store: tuple[Engine, Vault]) -> Iterator[Queue]:
    made = Queue(*any_store)
    yield made
    made.rt.close()


@pytest.fixture
def ana(queue: Queue) -> int:
    return queue.person(1001)


@pytest.fixture
def ben(queue: Queue) -> int:
    return queue.person(1002)


def claim(queue: Queue, wanted: Wanted | None = None) -> Outgoing | None:
    return queue.rt.call(delivery.claim, wanted or Wanted(), queue.hooks)


def take(queue: Queue, wanted: Wanted | None = None) -> Outgoing:
    out = claim(queue, wanted)
    assert out is not None
    return out


def end(queue: Queue, out: Outgoing, result: Result, **said: object) -> None:
    queue.rt.call(delivery.record, out, Outcome(result, **said), queue.hooks)  # type: ignore[arg-type]


def finish(queue: Queue, result: Result, **said: object) -> Outgoing:
    """Claim the next row and let its call end so."""
    out = take(queue)
    end(queue, out, result, **said)
    return out


def everything(queue: Queue) -> list[int]:
    """The ids of all rows in the order in which they are sent."""
    sent = []
    while (out := claim(queue)) is not None:
        end(queue, out, Result.SENT, message_id=len(sent) + 1)
        sent.append(out.id)
    return sent


# Claiming: order, lifetimes, lanes


def test_urgent_rows_go_first_and_equal_ones_by_age(queue: Queue, ana: int, ben: int) -> None:
    lesson = queue.put(ana, Kind.LESSON)
    first, second = queue.put(ana), queue.put(ben)
    alert = queue.put(ben, Kind.ALERT)
    assert everything(queue) == [alert, first, second, lesson]


def test_a_claimed_row_is_sending_before_its_call_is_made(queue: Queue, ana: int) -> None:
    out = take(queue) if queue.put(ana) else None
    assert out is not None
    row = queue.row(out.id)
    assert (row.state, row.attempts) == ("sending", 1)
    assert row.lease_until == queue.clock.at + timedelta(seconds=60)


def test_a_row_is_claimed_once(queue: Queue, ana: int) -> None:
    queue.put(ana)
    assert take(queue)
    assert claim(queue) is None


def test_a_claim_knows_chat_and_words(queue: Queue, ana: int) -> None:
    queue.put(ana, body={"text": "How are you?"})
    out = take(queue)
    assert (out.chat_id, out.lane, out.body["text"]) == (1001, ana, "How are you?")


def test_the_words_of_a_claim_stay_out_of_its_repr(queue: Queue, ana: int) -> None:
    queue.put(ana, body={"text": "private"})
    assert "private" not in repr(take(queue))


def test_a_row_waits_for_its_time_and_does_not_outlive_it(queue: Queue, ana: int) -> None:
    later = queue.put(ana, not_before=queue.clock.at + timedelta(minutes=5))
    queue.put(ana, expires_at=queue.clock.at)
    assert claim(queue) is None
    queue.clock.move(minutes=5)
    assert take(queue).id == later


def test_a_closed_lane_is_passed_over_but_a_button_press_is_answered(
    queue: Queue, ana: int, ben: int
) -> None:
    queue.put(ana)
    other = queue.put(ben)
    press = queue.put(ana, Kind.CONFIRMATION, "answer", {"callback_id": "7", "text": None})
    wanted = Wanted(closed={ana})
    assert [take(queue, wanted).id, take(queue, wanted).id] == [other, press]
    assert claim(queue, wanted) is None


def test_only_urgent_rows_when_only_they_are_wanted(queue: Queue, ana: int, ben: int) -> None:
    queue.put(ana, Kind.REMINDER)
    alert = queue.put(ben, Kind.ALERT)
    assert take(queue, Wanted(most=1)).id == alert
    assert claim(queue, Wanted(most=1)) is None


def test_nothing_paced_when_nothing_paced_is_wanted(queue: Queue, ana: int) -> None:
    queue.put(ana, Kind.ALERT)
    assert claim(queue, Wanted(most=-1)) is None


def test_a_row_of_nobody_goes_to_the_chat_it_names(queue: Queue) -> None:
    queue.put(None, Kind.CONFIRMATION, "leave", {"chat_id": -500})
    assert take(queue).chat_id == -500


def test_a_row_that_waits_for_another_try_keeps_its_place_in_its_chat(
    queue: Queue, ana: int, ben: int
) -> None:
    first = queue.put(ana)
    queue.put(ana)
    elsewhere = queue.put(ben)
    finish(queue, Result.NOT_SENT)
    assert take(queue).id == elsewhere
    assert claim(queue) is None
    queue.clock.move(seconds=1)
    assert take(queue).id == first


def test_an_alert_does_not_wait_behind_another_try(queue: Queue, ana: int) -> None:
    queue.put(ana)
    finish(queue, Result.NOT_SENT)
    alert = queue.put(ana, Kind.ALERT)
    assert take(queue).id == alert


def test_after_a_crash_a_chat_waits_for_the_lost_call_unless_it_is_an_emergency(
    queue: Queue, ana: int
) -> None:
    queue.put(ana)
    take(queue)
    queue.put(ana)
    assert claim(queue) is None
    alert = queue.put(ana, Kind.SAFETY)
    assert take(queue).id == alert


def test_a_row_whose_key_was_shredded_fails_and_the_next_is_sent(queue: Queue, ana: int) -> None:
    lost = queue.put(ana, key_owner="somebody")
    queue.rt.vault.keys.shred("somebody")
    good = queue.put(ana)
    assert take(queue).id == good
    assert queue.state(lost) == "failed"
    assert queue.log.calls == [("refused", lost)]


# Edits


def shown(queue: Queue, person: int, message_id: int = 50) -> int:
    """A message that stands in the chat."""
    row = queue.put(person)
    finish(queue, Result.SENT, message_id=message_id)
    return row


def test_an_edit_waits_for_the_message_it_edits(queue: Queue, ana: int) -> None:
    screen = queue.put(ana, Kind.LESSON)
    edit = queue.put(ana, op="edit", target_id=screen)
    out = take(queue)
    assert out.id == screen
    assert claim(queue) is None
    end(queue, out, Result.SENT, message_id=50)
    changed = take(queue)
    assert (changed.id, changed.op, changed.message_id) == (edit, "edit", 50)


@pytest.mark.parametrize("state", ["failed", "expired", "unknown", "cleared"])
def test_an_edit_of_a_message_never_seen_becomes_a_message(
    queue: Queue, ana: int, state: str
) -> None:
    screen = queue.put(ana, state=state)
    queue.put(ana, op="edit", target_id=screen)
    out = take(queue)
    assert (out.op, out.message_id) == ("send", None)
    end(queue, out, Result.SENT, message_id=60)
    assert queue.row(screen).message_id == 60


def test_after_an_edit_became_a_message_the_next_one_edits_that(queue: Queue, ana: int) -> None:
    screen = queue.put(ana, state="failed")
    queue.put(ana, op="edit", target_id=screen)
    finish(queue, Result.SENT, message_id=60)
    queue.put(ana, op="edit", target_id=screen)
    out = take(queue)
    assert (out.op, out.message_id) == ("edit", 60)


def test_a_newer_edit_clears_the_older_ones_of_its_message_only(queue: Queue, ana: int) -> None:
    screen, other = shown(queue, ana, 50), shown(queue, ana, 51)
    old = queue.put(ana, op="edit", target_id=screen)
    elsewhere = queue.put(ana, op="edit", target_id=other)
    new = queue.put(ana, op="edit", target_id=screen)
    assert everything(queue) == [elsewhere, new]
    assert queue.state(old) == "cleared"


def test_an_edit_of_an_edit_changes_the_same_message(queue: Queue, ana: int) -> None:
    screen = shown(queue, ana)
    old = queue.put(ana, op="edit", target_id=screen)
    queue.put(ana, op="edit", target_id=screen)
    finish(queue, Result.SENT, message_id=50)
    queue.put(ana, op="edit", target_id=old)
    assert take(queue).message_id == 50


def test_an_edit_whose_message_was_deleted_becomes_a_message(queue: Queue, ana: int) -> None:
    screen = shown(queue, ana)
    edit = queue.put(ana, op="edit", target_id=screen)
    assert finish(queue, Result.NO_MESSAGE).op == "edit"
    assert finish(queue, Result.SENT, message_id=70).op == "send"
    assert (queue.state(edit), queue.row(screen).message_id) == ("sent", 70)


def test_the_caption_of_a_picture_is_what_an_edit_changes(queue: Queue, ana: int) -> None:
    picture = queue.put(ana, op="photo", body={"recipe": {}, "caption": "c"})
    finish(queue, Result.SENT, message_id=50)
    queue.put(ana, op="edit", target_id=picture)
    assert take(queue).captioned


@pytest.mark.parametrize("op", ["strip", "delete"])
def test_nothing_is_taken_from_a_message_never_seen(queue: Queue, ana: int, op: str) -> None:
    screen = queue.put(ana, state="failed")
    strip = queue.put(ana, Kind.CONFIRMATION, op, {}, target_id=screen)
    assert claim(queue) is None
    assert queue.state(strip) == "cleared"


@pytest.mark.parametrize("op", ["strip", "delete"])
def test_taking_from_a_message_already_gone_is_no_error(queue: Queue, ana: int, op: str) -> None:
    screen = shown(queue, ana)
    strip = queue.put(ana, Kind.CONFIRMATION, op, {}, target_id=screen)
    finish(queue, Result.NO_MESSAGE)
    assert queue.state(strip) == "cleared"
    assert queue.log.calls == []


# Outcomes


def test_a_sent_row_keeps_its_message_id(queue: Queue, ana: int) -> None:
    queue.put(ana)
    row = queue.row(finish(queue, Result.SENT, message_id=50).id)
    assert (row.state, row.message_id, row.ended_at) == ("sent", 50, queue.clock.at)


def test_only_a_row_of_an_alert_tells_that_it_was_delivered(queue: Queue, ana: int) -> None:
    queue.put(ana)
    alert = queue.put(ana, Kind.ALERT, alert_id=4)
    everything(queue)
    assert queue.log.calls == [("delivered", alert)]


def test_a_delivered_message_proves_that_the_chat_is_open(queue: Queue, ana: int) -> None:
    queue.put(ana)
    finish(queue, Result.UNREACHABLE)
    queue.put(ana)
    finish(queue, Result.SENT, message_id=1)
    assert queue.rt.call(lambda tx: tx.session.get_one(Person, ana).blocked_at) is None


def test_a_throttled_row_waits_as_told_and_the_try_does_not_count(queue: Queue, ana: int) -> None:
    row_id = queue.put(ana)
    finish(queue, Result.THROTTLED, wait=timedelta(seconds=7))
    row = queue.row(row_id)
    assert (row.state, row.attempts) == ("ready", 0)
    assert row.not_before == queue.clock.at + timedelta(seconds=7)


def test_unsent_rows_are_tried_again_after_1_2_4_up_to_60_seconds(queue: Queue, ana: int) -> None:
    row_id = queue.put(ana, Kind.ALERT)
    waits = []
    for _ in range(8):
        finish(queue, Result.NOT_SENT)
        waits.append((queue.row(row_id).not_before - queue.clock.at).total_seconds())
        queue.clock.at = queue.row(row_id).not_before
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert queue.row(row_id).repeats == 0


def test_an_unreachable_chat_fails_its_row_and_marks_the_person(queue: Queue, ana: int) -> None:
    alert = queue.put(ana, Kind.ALERT, alert_id=4)
    finish(queue, Result.UNREACHABLE, error="Forbidden: bot was blocked by the user")
    row = queue.row(alert)
    assert (row.state, row.error) == ("failed", "Forbidden: bot was blocked by the user")
    assert queue.log.calls == [("undeliverable", alert)]
    blocked = queue.rt.call(lambda tx: tx.session.get_one(Person, ana).blocked_at)
    assert blocked == queue.clock.at


def test_a_refused_row_is_audited_and_an_operator_hears_of_it(queue: Queue, ana: int) -> None:
    row = queue.put(ana)
    finish(queue, Result.REFUSED, error="Bad Request: message is too long")
    assert queue.state(row) == "failed"
    assert queue.log.calls == [("refused", row)]
    entry = queue.rt.call(lambda tx: tx.session.scalars(select(AuditEntry)).one())
    assert (entry.what, entry.detail["outbox_id"]) == ("refused", row)


def test_a_refused_alert_is_undeliverable_too(queue: Queue, ana: int) -> None:
    row = queue.put(ana, Kind.ALERT, alert_id=4)
    finish(queue, Result.REFUSED)
    assert queue.log.calls == [("undeliverable", row), ("refused", row)]


def test_a_refused_note_to_the_operator_makes_no_other_note(queue: Queue, ana: int) -> None:
    queue.put(ana, Kind.ALERT, template="operator/refused")
    finish(queue, Result.REFUSED)
    assert queue.log.calls == []


def test_an_answer_that_came_too_late_is_cleared(queue: Queue, ana: int) -> None:
    row = queue.put(ana, Kind.CONFIRMATION, "answer", {"callback_id": "7", "text": None})
    finish(queue, Result.STALE)
    assert queue.state(row) == "cleared"


def test_a_group_that_moved_is_written_to_where_it_is_now(queue: Queue) -> None:
    queue.put(None, Kind.CONFIRMATION, body={"text": "bye", "chat_id": -500})
    finish(queue, Result.MIGRATED, chat_id=-1000500)
    queue.clock.move(seconds=1)
    assert take(queue).chat_id == -1000500


def test_an_outcome_for_a_forgotten_person_changes_nothing(queue: Queue, ana: int) -> None:
    queue.put(ana)
    out = take(queue)

    def forget(tx: Tx) -> None:
        tx.session.delete(tx.session.get_one(OutboxRow, out.id))

    queue.rt.call(forget)
    end(queue, out, Result.SENT, message_id=1)
    assert not queue.states()


# Unknown outcomes


def words_of_repeats(queue: Queue, kind: Kind, body: dict[str, object]) -> list[str]:
    """The texts as they were said, every outcome unknown, until nothing more is said."""
    row = queue.put(queue.person(2001), kind, body=body)
    said = []
    for _ in range(5):
        queue.clock.move(minutes=1)
        out = claim(queue)
        if out is None:
            break
        said.append(out.body["text"])
        end(queue, out, Result.UNSURE)
    said.append(queue.state(row))
    return said


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.SAFETY])
def test_an_alert_of_unknown_outcome_is_repeated_and_marked(queue: Queue, kind: Kind) -> None:
    said = words_of_repeats(queue, kind, {"text": "Alert 7"})
    assert said == ["Alert 7"] + ["Alert 7\n(repeat)"] * 4 + ["ready"]


def test_a_question_of_unknown_outcome_is_asked_again_as_it_was(queue: Queue) -> None:
    said = words_of_repeats(queue, Kind.QUESTION, {"text": "Sleep?"})
    assert said == ["Sleep?"] * 5 + ["ready"]


def test_a_reminder_of_unknown_outcome_is_sent_once_more_and_never_thrice(queue: Queue) -> None:
    said = words_of_repeats(
        queue, Kind.REMINDER, {"text": "Your dose", "once_more": "May be a repeat: your dose"}
    )
    assert said == ["Your dose", "May be a repeat: your dose", "unknown"]


@pytest.mark.parametrize("kind", [Kind.CONFIRMATION, Kind.INVITATION, Kind.LESSON, Kind.REPORT])
def test_what_may_be_missed_is_dropped_when_its_outcome_is_unknown(
    queue: Queue, kind: Kind
) -> None:
    assert words_of_repeats(queue, kind, {"text": "Noted"}) == ["Noted", "unknown"]


def test_a_repeat_is_marked_also_after_a_try_that_surely_failed(queue: Queue, ana: int) -> None:
    queue.put(ana, Kind.ALERT, body={"text": "Alert 7"})
    finish(queue, Result.UNSURE)
    queue.clock.move(minutes=1)
    finish(queue, Result.NOT_SENT)
    queue.clock.move(minutes=1)
    assert take(queue).body["text"] == "Alert 7\n(repeat)"


def test_a_picture_is_marked_in_its_caption(queue: Queue, ana: int) -> None:
    queue.put(ana, Kind.ALERT, "photo", {"recipe": {}, "caption": "Chart"})
    finish(queue, Result.UNSURE)
    queue.clock.move(minutes=1)
    assert take(queue).body["caption"] == "Chart\n(repeat)"


def test_an_edit_is_made_again_without_a_mark_for_nobody_sees_it_twice(
    queue: Queue, ana: int
) -> None:
    screen = shown(queue, ana)
    queue.put(ana, Kind.SAFETY, "edit", {"text": "Sam answered"}, target_id=screen)
    finish(queue, Result.UNSURE)
    queue.clock.move(minutes=1)
    assert take(queue).body["text"] == "Sam answered"


# Leases


def test_a_call_that_never_came_back_is_an_unknown_outcome(queue: Queue, ana: int) -> None:
    alert = queue.put(ana, Kind.ALERT)
    take(queue)
    queue.clock.move(seconds=59)
    assert queue.rt.call(delivery.reclaim, queue.hooks) == 0
    queue.clock.move(seconds=1)
    assert queue.rt.call(delivery.reclaim, queue.hooks) == 1
    row = queue.row(alert)
    assert (row.state, row.repeats) == ("ready", 1)


def test_a_confirmation_that_never_came_back_is_dropped(queue: Queue, ana: int) -> None:
    row = queue.put(ana, Kind.CONFIRMATION)
    take(queue)
    queue.clock.move(seconds=60)
    queue.rt.call(delivery.tidy, queue.hooks)
    assert queue.state(row) == "unknown"


def test_a_late_failure_does_not_touch_what_was_decided_meanwhile(queue: Queue, ana: int) -> None:
    row = queue.put(ana, Kind.ALERT)
    old = take(queue)
    queue.clock.move(seconds=60)
    queue.rt.call(delivery.reclaim, queue.hooks)
    queue.clock.move(seconds=60)
    new = take(queue)
    end(queue, old, Result.REFUSED)
    assert queue.state(row) == "sending"
    end(queue, new, Result.SENT, message_id=5)
    assert queue.state(row) == "sent"


def test_a_late_success_spares_the_repeat(queue: Queue, ana: int) -> None:
    row = queue.put(ana, Kind.ALERT)
    out = take(queue)
    queue.clock.move(seconds=60)
    queue.rt.call(delivery.reclaim, queue.hooks)
    end(queue, out, Result.SENT, message_id=5)
    assert queue.state(row) == "sent"
    queue.clock.move(minutes=1)
    assert claim(queue) is None


# Expiry


def test_a_reminder_that_expires_is_no_error(queue: Queue, ana: int) -> None:
    reminder = queue.put(ana, Kind.REMINDER)
    queue.clock.move(hours=3)
    assert queue.rt.call(delivery.expire, queue.hooks) == 1
    row = queue.row(reminder)
    assert (row.state, row.ended_at, row.error) == ("expired", queue.clock.at, None)
    assert queue.log.calls == []


def test_an_alert_that_expires_has_reached_nobody(queue: Queue, ana: int) -> None:
    alert = queue.put(ana, Kind.ALERT, alert_id=4)
    queue.clock.move(hours=24)
    assert queue.rt.call(delivery.expire, queue.hooks) == 1
    assert queue.log.calls == [("undeliverable", alert)]


def test_a_call_in_the_air_does_not_expire(queue: Queue, ana: int) -> None:
    row = queue.put(ana, expires_at=queue.clock.at + timedelta(seconds=5))
    take(queue)
    queue.clock.move(seconds=10)
    queue.rt.call(delivery.expire, queue.hooks)
    assert queue.state(row) == "sending"


# Looking ahead, and hooks that fail


def test_a_turn_that_takes_nothing_knows_what_comes_next(queue: Queue, ana: int) -> None:
    def pause() -> Outgoing | Pause:
        return queue.rt.call(delivery.turn, None, queue.hooks)

    assert pause() == Pause(None, held=False)
    queue.put(ana, not_before=queue.clock.at + timedelta(minutes=8), kind=Kind.REMINDER)
    assert pause() == Pause(queue.clock.at + timedelta(minutes=8), held=False)
    queue.put(ana)
    assert pause() == Pause(queue.clock.at + timedelta(minutes=8), held=True)
    take(queue)
    assert pause() == Pause(queue.clock.at + timedelta(seconds=60), held=False)


def test_a_turn_writes_an_outcome_down_and_takes_the_next_row(queue: Queue, ana: int) -> None:
    first, second = queue.put(ana), queue.put(ana)
    out = queue.rt.call(delivery.turn, Wanted(), queue.hooks)
    assert isinstance(out, Outgoing)
    ended = (out, Outcome(Result.SENT, message_id=1))
    after = queue.rt.call(delivery.turn, Wanted(), queue.hooks, ended)
    assert isinstance(after, Outgoing)
    assert (queue.state(first), after.id) == ("sent", second)


def test_the_first_turn_tidies(queue: Queue, ana: int) -> None:
    row = queue.put(ana, expires_at=queue.clock.at)
    queue.rt.call(delivery.turn, Wanted(), queue.hooks)
    assert queue.state(row) == "expired"


def test_a_hook_that_fails_does_not_undo_what_is_known(queue: Queue, ana: int) -> None:
    def broken(tx: Tx, row: OutboxRow) -> None:
        tx.audit("half", None)
        raise KeyError("name")

    hooks = DeliveryHooks(broken, broken, broken)
    row = queue.put(ana, Kind.ALERT, alert_id=4)
    out = take(queue)
    queue.rt.call(delivery.record, out, Outcome(Result.SENT, message_id=5), hooks)
    assert queue.state(row) == "sent"
    entries = queue.rt.call(lambda tx: list(tx.session.scalars(select(AuditEntry.what))))
    assert entries == ["hook_failed"]
