"""/travel: where somebody is, whose numbers to show, and how they come home again."""

from typing import Final

from actions import dialogues, outbox
from actions import help as numbers_of
from actions.intake_base import MOST_CHOICES
from actions.travel_clock import (
    KIND,
    Data,
    city_of,
    data_at,
    keep_record,
    offer,
    record_of,
    settle,
)
from actions.tx import Tx
from bot.content.countries import City, find_city, find_country, nearest_zone
from care.localtime import local
from care.typed import plain
from store.models import Dialogue, Patient, Person
from store.queries import people as query

AWAY: Final = "away"
AT_HOME: Final = frozenset({"home", "at home", "home again", "i am home", "i am home again"})


def begin(tx: Tx, person: Person) -> None:
    """/travel: ask where somebody is, or how to go on from where they said they are."""
    patient = query.patient_of(tx.session, person)
    if patient is None or patient.state != "active" or person.zone is None:
        outbox.say(tx, person, "common/not_joined")
        return
    record = record_of(tx, patient)
    if not record:
        where(tx, person)
    elif record["here_zone"] == record["home_zone"]:
        offer(tx, person, patient, record["home_zone"])
    else:
        _show_away(tx, person, record)


def _show_away(tx: Tx, person: Person, record: Data) -> None:
    dialogues.begin(tx, person, KIND, AWAY, {})
    words = tx.content.buttons(person.locale)
    outbox.say(
        tx,
        person,
        "travel/away",
        inline=[[words.button("trip.home")], [words.button("trip.where")]],
        here=city_of(record["here_zone"]),
        clock_of=city_of(person.zone or ""),
        emergency=numbers_of.country_of(tx, person).emergency[0],
    )


def where(tx: Tx, person: Person) -> None:
    """Ask where somebody is."""
    patient = query.patient_of(tx.session, person)
    if patient is None or patient.state != "active":
        outbox.say(tx, person, "common/old_button")
        return
    dialogues.begin(tx, person, KIND, "where", {})
    outbox.say(tx, person, "travel/where")


def on_text(tx: Tx, person: Person, dialogue: Dialogue, text: str) -> None:
    """Read a typed city or country, or "home"; of the clocks the buttons are shown again."""
    data = dialogues.data_of(tx, dialogue)
    if dialogue.step == "clock":
        offer(tx, person, tx.session.get_one(Patient, person.id), data["zone"])
        return
    if dialogue.step == "confirm" and text.strip().casefold() in {"yes", "y"}:
        yes(tx, person)
        return
    if dialogue.step == AWAY and plain(text) in AT_HOME:
        home(tx, person)
        return
    places = _places(tx, person, text)
    if not places:
        outbox.say(tx, person, "travel/no_place", typed=text[:60])
    elif len({place["zone"] + place["country"] for place in places}) == 1:
        _confirm(tx, person, places[0])
    else:
        _which(tx, person, dialogue, places[: MOST_CHOICES * 2])


def _places(tx: Tx, person: Person, text: str) -> list[Data]:
    """The places that typed words may mean; of a country, one for each of its zones."""
    country = find_country(text)
    if country.country is not None and country.exact:
        code = country.country.code
        return [_place(tx, city_of(zone), code, zone) for zone in country.country.zones]
    found = find_city(text, person.country or "")
    # "London" typed in Sydney by somebody from there: home is likelier than London, Ontario.
    at_home = [city for city in found if city.country == _home_country(tx, person)]
    return [_of_city(tx, city) for city in at_home or found]


def _home_country(tx: Tx, person: Person) -> str:
    patient = tx.session.get_one(Patient, person.id)
    return str(record_of(tx, patient).get("home_country") or "")


def _of_city(tx: Tx, city: City) -> Data:
    return _place(tx, city.name, city.country, city.zone)


def _place(tx: Tx, name: str, code: str, zone: str) -> Data:
    country = tx.content.countries.get(code)
    return {
        "name": f"{name}, {country.name if country else code}",
        "country": code,
        "zone": zone,
    }


def _which(tx: Tx, person: Person, dialogue: Dialogue, places: list[Data]) -> None:
    dialogues.move(tx, dialogue, "where", {"places": places})
    words = tx.content.buttons(person.locale)
    rows = [[words.saying(place["name"], "trip.place", n)] for n, place in enumerate(places)]
    outbox.say(tx, person, "travel/which_place", inline=rows)


def place(tx: Tx, person: Person, number: int) -> None:
    """One of several places was pressed."""
    data = data_at(tx, person, "where")
    if data is None or number >= len(data.get("places", ())):
        outbox.say(tx, person, "common/old_button")
        return
    _confirm(tx, person, data["places"][number])


def on_location(tx: Tx, person: Person, latitude: float, longitude: float) -> None:
    """Take a shared place: the nearest listed city, to be confirmed. The place is not kept."""
    try:
        city = nearest_zone(latitude, longitude)
    except ValueError:
        outbox.say(tx, person, "travel/no_place", typed="that place")
        return
    _confirm(tx, person, _of_city(tx, city))


def _confirm(tx: Tx, person: Person, found: Data) -> None:
    """Country and clock are both confirmed: neither is guessed."""
    dialogues.begin(tx, person, KIND, "confirm", found)
    words = tx.content.buttons(person.locale)
    country = tx.content.countries.get(found["country"])
    outbox.say(
        tx,
        person,
        "travel/confirm",
        inline=[[words.button("trip.yes")], [words.button("trip.no")]],
        place=found["name"],
        time=local(tx.now, found["zone"]),
        country=country is not None,
        emergency=country.emergency[0] if country else "",
    )


def yes(tx: Tx, person: Person) -> None:
    """The place is right: the numbers are those of there from now on; then the clock is asked."""
    found = data_at(tx, person, "confirm")
    if found is None:
        outbox.say(tx, person, "common/old_button")
        return
    patient = tx.session.get_one(Patient, person.id)
    record = record_of(tx, patient) or {"home_zone": person.zone, "home_country": person.country}
    person.country = found["country"]
    record |= {"here_zone": found["zone"], "here_country": found["country"]}
    keep_record(tx, patient, record)
    tx.audit("travelled", person, country=found["country"], zone=found["zone"])
    offer(tx, person, patient, found["zone"])


def home(tx: Tx, person: Person) -> None:
    """The answer "I'm home again": the numbers of home, and the clock of home where it is not."""
    patient = query.patient_of(tx.session, person)
    record = record_of(tx, patient) if patient else {}
    if patient is None or not record:
        outbox.say(tx, person, "common/old_button")
        return
    person.country = record["home_country"]
    record |= {"here_zone": record["home_zone"], "here_country": record["home_country"]}
    keep_record(tx, patient, record)
    if person.zone == record["home_zone"]:
        settle(tx, person, patient)
        outbox.say(
            tx,
            person,
            "travel/home",
            home=city_of(record["home_zone"]),
            emergency=numbers_of.country_of(tx, person).emergency[0],
        )
        return
    offer(tx, person, patient, record["home_zone"])
