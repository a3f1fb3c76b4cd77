"""A plan that comes as a file, a picture of a code, or a link (the ways in of a plan)."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from actions import alert_words, onboarding, outbox, people, plan_codes, plan_entry
from actions import help as numbers_of
from actions.plan_data import data_of_plan, under_code
from actions.tx import Tx
from bot.content.drugs import Drug
from bot.plan_files import PlanFileError, links_in_photo, read_plan_file
from care.localtime import local_day
from care.plandoc import PlanDocument
from store.models import Patient, Person
from store.queries import people as query

Data = dict[str, Any]
Found: TypeAlias = PlanDocument | PlanFileError | tuple[str, ...]


def only_medicine(tx: Tx, chat_id: int) -> str:
    """Return the one medicine somebody takes, which a table need not name; else nothing."""
    person = people.by_chat(tx, chat_id)
    taken = numbers_of.drug_ids(tx, person.id)
    return taken[0] if len(taken) == 1 else ""


def look(what: str, name: str, content: bytes, drugs: Mapping[str, Drug], medicine: str) -> Found:
    """Return what is in a file. It takes its time, so no transaction may be open meanwhile."""
    if what == "photo":
        return tuple(links_in_photo(content))
    try:
        return read_plan_file(name, content, drugs, medicine=medicine)
    except PlanFileError as error:
        return error


def received(tx: Tx, person: Person, what: str, found: Found | None) -> None:
    """Answer a document or a photo: a plan is read back, anything else is said kindly."""
    patient = query.patient_of(tx.session, person)
    if patient is None or patient.state == "left":
        _cannot_read(tx, person, patient, what)
    elif found is None:
        outbox.say(tx, person, "plans/file_not_fetched")
    elif isinstance(found, PlanDocument):
        plan_entry.review(tx, person, of_document(found))
    elif isinstance(found, PlanFileError):
        _problem(tx, person, found)
    else:
        _photo(tx, person, patient, found)


def _photo(tx: Tx, person: Person, patient: Patient, links: tuple[str, ...]) -> None:
    tokens = [token for link in links if (token := plan_codes.token_in(link))]
    if tokens:
        use_code(tx, person, tokens[0])
    elif links:
        outbox.say(tx, person, "plans/photo_other_code")
    else:
        _cannot_read(tx, person, patient, "photo")


def _problem(tx: Tx, person: Person, error: PlanFileError) -> None:
    outbox.say(
        tx,
        person,
        "plans/file_problem",
        where=error.where,
        found=error.found,
        expected=error.expected,
    )


def of_document(document: PlanDocument) -> Data:
    """Return a plan document as data to be read back."""
    unresolved = document.if_unresolved
    return data_of_plan(document.plan) | {"if_unresolved": unresolved.value if unresolved else ""}


def use_code(tx: Tx, person: Person, token: str) -> None:
    """Take a plan a prescriber made into a code; before joining it waits for its question."""
    row = plan_codes.take(tx, person, token)
    if row is None:
        outbox.say(tx, person, "plans/code_over", **_numbers(tx, person))
        return
    document = plan_codes.document_of(tx, row)
    made = local_day(row.created_at, person.zone or "UTC")
    code = {
        "by": document.prescriber,
        "why": plan_codes.reason_of(tx, row),
        "on": made.isoformat(),
    }
    data = under_code(of_document(document), code)
    patient = query.patient_of(tx.session, person)
    if patient is not None and patient.state == "active":
        plan_entry.review(tx, person, data)
    else:
        onboarding.take_plan(tx, person, data)


def _numbers(tx: Tx, person: Person) -> Data:
    return alert_words.safety_values(tx, person, query.patient_of(tx.session, person))


def _cannot_read(tx: Tx, person: Person, patient: Patient | None, what: str) -> None:
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "common/cannot_read",
        inline=[[words.button("help.open")]],
        what=what,
        **alert_words.safety_values(tx, person, patient),
    )
