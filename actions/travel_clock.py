"""Which clock the doses go by on a journey: shown side by side, chosen, never bridged."""

from datetime import timedelta
from typing import Any, Final

from actions import clocks, dialogues, outbox, plans
from actions import help as numbers_of
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.localtime import local
from care.plan import Plan
from care.travel import Answer, NextDose, Verdict, preview, same_clock
from store.models import Patient, Person
from store.queries import people as query

KIND: Final = "travel"
RECORD: Final = "travel"  # in the sealed intake record: where home is, where somebody is
SHOWN: Final = 3
Data = dict[str, Any]


def record_of(tx: Tx, patient: Patient) -> Data:
    """Return where a travelling patient's home is and where they are; empty at home."""
    record: Data = tx.json(patient, "intake").get(RECORD) or {}
    return record


def keep_record(tx: Tx, patient: Patient, record: Data) -> None:
    """Keep where home is and where somebody is; empty when they are home."""
    tx.vault.seal_json(patient, "intake", tx.json(patient, "intake") | {RECORD: record})


def city_of(zone: str) -> str:
    """Return the place that a zone is named after."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def settle(tx: Tx, person: Person, patient: Patient) -> None:
    """Close the question; a traveller who is home, on the clock of home, travels no more."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is not None:
        dialogues.close(tx, dialogue)
    record = record_of(tx, patient)
    if record and record["here_zone"] == record["home_zone"] == person.zone:
        keep_record(tx, patient, {})


def offer(tx: Tx, person: Person, patient: Patient, zone: str) -> None:
    """Show the next doses on both clocks and ask which it shall be."""
    plan = _plan(tx, person)
    present = person.zone or "UTC"
    if same_clock(tx.now, present, zone):
        settle(tx, person, patient)
        _say(tx, person, patient, zone, "travel/same_clock", away=_away(tx, patient))
        return
    verdict = clocks.judge(tx, person, patient, plan, zone)
    dialogues.begin(tx, person, KIND, "clock", {"zone": zone})
    on_home, on_there = _previews(tx, person, patient, plan, verdict)
    _say(
        tx,
        person,
        patient,
        zone,
        "travel/choose",
        inline=_choices(tx, person, zone, verdict),
        at_home=on_home,
        at_there=on_there,
        answer=verdict.answer.name.lower(),
        drug=tx.content.drugs[verdict.medicine].name if verdict.medicine else "",
    )


def _plan(tx: Tx, person: Person) -> Plan:
    found = plans.in_force(tx, person.id)
    return found[1] if found else Plan(())


def _away(tx: Tx, patient: Patient) -> bool:
    record = record_of(tx, patient)
    return bool(record) and record["here_zone"] != record["home_zone"]


def _choices(tx: Tx, person: Person, zone: str, verdict: Verdict) -> Keyboard:
    words = tx.content.buttons(person.locale)
    rows = [[words.button("trip.keep", place=city_of(person.zone or ""))]]
    if verdict.answer is Answer.FOLLOW:
        rows.append([words.button("trip.follow", place=city_of(zone))])
    if verdict.answer is Answer.ASK:
        rows.append([words.button("trip.note")])
    return rows


def _previews(
    tx: Tx, person: Person, patient: Patient, plan: Plan, verdict: Verdict
) -> tuple[list[Data], list[Data]]:
    standing = clocks.standing_of(tx, person, patient, plan)
    present = clocks.clock_of(tx, person, patient)
    at_home, there = preview(plan, present, verdict.clock, standing, SHOWN)
    zone = verdict.clock.zone
    return (
        [_line(tx, one, present.zone, zone) for one in at_home],
        [_line(tx, one, zone, zone) for one in there],
    )


def _line(tx: Tx, one: NextDose, zone: str, here: str) -> Data:
    on_clock, there = local(one.due, zone), local(one.due, here)
    return {
        "day": on_clock.date(),
        "wall": on_clock.time(),
        "here": there,
        "alike": zone == here,
        "drug": tx.content.drugs[one.medicine].name,
        "mg": one.dose.mg,
    }


def _say(
    tx: Tx,
    person: Person,
    patient: Patient,
    zone: str,
    template: str,
    *,
    inline: Keyboard | None = None,
    **values: Any,  # noqa: ANN401 (what a template needs is the template's business)
) -> None:
    """Say something about the present clock and that of `zone`."""
    present = person.zone or "UTC"
    outbox.say(
        tx,
        person,
        template,
        inline=inline,
        home=city_of(present),
        there=city_of(zone),
        now=local(tx.now, present),
        time=local(tx.now, zone),
        emergency=numbers_of.country_of(tx, person).emergency[0],
        **numbers_of.prescriber(tx, patient),
        **values,
    )


def keep(tx: Tx, person: Person) -> None:
    """The answer "keep the present clock": nothing moves."""
    data = data_at(tx, person, "clock")
    if data is None:
        outbox.say(tx, person, "common/old_button")
        return
    patient = tx.session.get_one(Patient, person.id)
    settle(tx, person, patient)
    _say(tx, person, patient, data["zone"], "travel/kept")


def follow(tx: Tx, person: Person) -> None:
    """The answer "use the time there": judged once more at this moment, then turned."""
    data = data_at(tx, person, "clock")
    if data is None:
        outbox.say(tx, person, "common/old_button")
        return
    patient = tx.session.get_one(Patient, person.id)
    plan = _plan(tx, person)
    verdict = clocks.judge(tx, person, patient, plan, data["zone"])
    if verdict.answer is not Answer.FOLLOW:
        offer(tx, person, patient, data["zone"])
        return
    _, doses = _previews(tx, person, patient, plan, verdict)
    clocks.turn(tx, person, patient, plan, verdict)
    away = _away(tx, patient)
    settle(tx, person, patient)
    _say(tx, person, patient, data["zone"], "travel/following", doses=doses, away=away)


def note(tx: Tx, person: Person) -> None:
    """A note for the prescriber, who alone can say when to take each dose there."""
    data = data_at(tx, person, "clock")
    if data is None:
        outbox.say(tx, person, "common/old_button")
        return
    patient = tx.session.get_one(Patient, person.id)
    plan = _plan(tx, person)
    standing = clocks.standing_of(tx, person, patient, plan)
    present = clocks.clock_of(tx, person, patient)
    day = timedelta(days=1)
    coming, _ = preview(plan, present, present, standing, 24)
    doses = [one for one in coming if one.due < coming[0].due + day]
    lines = [_line(tx, one, present.zone, present.zone) for one in doses]
    _say(tx, person, patient, data["zone"], "travel/note", name=tx.name_of(person), doses=lines)


def data_at(tx: Tx, person: Person, step: str) -> Data | None:
    """What the open question of travel holds, None when it is not at this step."""
    dialogue = query.dialogue(tx.session, person.id, KIND)
    if dialogue is None or not dialogue.open or dialogue.step != step:
        return None
    return dialogues.data_of(tx, dialogue)
