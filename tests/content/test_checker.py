from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import checker, wording
from bot.content.files import ContentError
from bot.content.render import TEMPLATES
from bot.content.samples import load_samples, samples_for

TODAY = date(2026, 11, 23)
RULES = wording.load_wording()
PLAIN = "A line for you.\nRest today. Drink some water."


def found(markup: str, folder: str = "doses") -> list[str]:
    return list(checker.text_findings(markup, folder))


def test_a_plain_text_is_clean() -> None:
    assert found(PLAIN) == []


def test_the_lessons_are_clean() -> None:
    findings = [*checker.lesson_findings(TODAY), *checker.symptom_findings()]
    findings += [f for f in checker.template_findings() if f.startswith("lessons/")]
    assert findings == []


def test_a_review_that_is_overdue_is_found() -> None:
    overdue = list(checker.lesson_findings(date(2027, 5, 23)))
    assert "lessons/why_slow.j2: review was due on 2027-05-22" in overdue


@pytest.mark.parametrize(
    "phrase",
    [
        "It is harmless.",
        "You'll be fine.",
        "You\N{RIGHT SINGLE QUOTATION MARK}ll be fine.",
        "Most people sleep well.",
        "Help is on the way.",
        "It works for 90 % of us.",
        "It will pass within a week.",
        "It is better in 3 days.",
        "This is just withdrawal.",
    ],
)
def test_a_promise_is_found(phrase: str) -> None:
    assert len(found(f"A line for you.\n{phrase}")) == 1


@pytest.mark.parametrize(
    "order",
    [
        "Take 5 mg now.",
        "Take two tablets.",
        "Skip one dose.",
        "Cut your dose by 0.5 mg.",
        "Take another half tablet.",
        "Reduce to 10 mg.",
    ],
)
def test_an_order_to_change_a_dose_is_found(order: str) -> None:
    assert any("orders a dose" in finding for finding in found(f"A line for you.\n{order}"))


@pytest.mark.parametrize(
    "words",
    [
        "Never take two doses.",
        "Don't take 2 tablets at once.",
        "Planned: 9 mg at 08:00.",
        "Take your list to the visit on 2 December.",
    ],
)
def test_a_warning_or_a_plan_is_no_order(words: str) -> None:
    assert list(wording.order_findings(words, RULES)) == []


@pytest.mark.parametrize(
    ("markup", "finding"),
    [
        ("<b>Hello", "<b> is not closed"),
        ("Hello</b>", "</b> closes nothing"),
        ("<b><i>Hello</b></i>", "</b> closes nothing"),
        ("<div>Hello</div>", "tag <div> is not allowed"),
        ('<b class="x">Hello</b>', "tag <b> has class"),
        ("Salt & water", "bare & in the text"),
        ("1 < 2", "bare < in the text"),
        ("Hello&nbsp;you", "entity &nbsp; is not known to Telegram"),
        ("Hello<!-- x -->", "comment 'x'"),
        ("a" * 4097, "longer than 4096 characters"),
        ("<b></b>", "empty"),
    ],
)
def test_html_that_telegram_refuses_is_found(markup: str, finding: str) -> None:
    assert finding in wording.markup_findings(markup)


@pytest.mark.parametrize(
    "markup", ["<b>a</b> &lt; &#39;b&#39;", '<a href="https://x.org">a</a>', "<code>/start</code>"]
)
def test_html_that_telegram_takes_is_left_alone(markup: str) -> None:
    assert wording.markup_findings(markup) == []


@given(st.text(max_size=100))
def test_any_markup_gets_an_answer(markup: str) -> None:
    assert isinstance(wording.markup_findings(markup), list)


@pytest.mark.parametrize("line", ["Your Valium is due.", "About seizures and you: a seizure."])
def test_a_first_line_that_gives_it_away_is_found(line: str) -> None:
    assert any("first line names" in finding for finding in found(f"{line}\nRest today."))


def test_a_medicine_may_be_named_below_the_first_line() -> None:
    assert found("Time for what's planned now.\nValium 9 mg.") == []


def test_a_safety_text_has_at_most_five_lines() -> None:
    five = "\n".join(["Call 999 now."] * 5)
    assert found(five, "safety") == []
    assert found(f"{five}\nStay there.", "safety") == ["6 lines, at most 5"]


def test_too_many_words_and_too_long_sentences_are_found() -> None:
    long = "We go on and on and on and on and on and on and on and on and on and on."
    assert found(long) == ["21 words a sentence, at most 15"]
    assert "91 words, at most 90" in found("Go. " * 91, "lessons")


def test_hard_words_are_found() -> None:
    hard = "Discontinuation of medication necessitates individualised supervision. "
    assert any("reading grade" in finding for finding in found(hard * 4))
    assert not any("reading grade" in finding for finding in found(hard))


def test_signs_alone_are_found() -> None:
    assert found("All is saved.\n✅ ✅") == ["line of signs alone: '✅ ✅'"]


def test_a_heading_counts_as_a_sentence_of_its_own() -> None:
    assert wording.grade("When to call\nCall today.") == wording.grade("When to call. Call today.")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A folder with one template that has no sample and one that asks for a value nobody gives."""
    for name, text in {"newfolder/new": "Hello.", "lessons/broken": "{{ nobody }}"}.items():
        path = tmp_path / "en" / f"{name}.j2"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_template_without_a_sample_is_found(templates: Path) -> None:
    assert "newfolder/new: no sample in samples.yaml" in checker.template_findings("en", templates)


def test_a_missing_value_is_found(templates: Path) -> None:
    findings = list(checker.template_findings("en", templates))
    assert "lessons/broken: does not render: 'nobody' is undefined" in findings


def test_every_template_is_walked() -> None:
    names = set(checker.template_names("en"))
    files = {
        path.relative_to(TEMPLATES / "en").with_suffix("").as_posix()
        for path in (TEMPLATES / "en").rglob("*.j2")
        if not path.name.startswith("_")
    }
    assert names == files
    assert "lessons/why_slow" in names


def test_a_broken_file_is_a_finding_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[str]:
        raise ContentError("drugs: broken")

    monkeypatch.setattr(checker, "drug_findings", broken)
    report = checker.check(today=date(2030, 1, 1))
    assert "drugs: broken" in report.findings
    assert any("review was due" in finding for finding in report.findings)
    assert not report.clean


def test_the_report_counts_what_nobody_has_checked_yet() -> None:
    counts = checker.check(today=TODAY).counts
    assert counts["lessons"] == counts["lessons not reviewed"] >= 16
    assert counts["crisis lines"] == counts["crisis lines not dialled"]


def test_samples_know_amounts_and_wall_times(tmp_path: Path) -> None:
    path = tmp_path / "samples.yaml"
    path.write_text('spec: 1\nsamples:\n  a/b: {mg: !mg "0.5", at: !time "08:05"}\n  a/*: {}\n')
    samples = load_samples(path)
    assert samples["a/b"] == ({"mg": Decimal("0.5"), "at": time(8, 5)},)
    assert samples_for("a/c", samples) == ({},)
    assert samples_for("b/c", samples) == ()


@pytest.mark.parametrize("text", ["[]", "spec: 2", "spec: 1\nsamples: {a/b: [1]}", "a: [", ""])
def test_samples_of_another_shape_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "samples.yaml"
    path.write_text(text)
    with pytest.raises(ContentError):
        load_samples(path)
