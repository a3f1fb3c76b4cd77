import json

from care.textreader import Lexicon, read
from care.textreader.report import as_json, as_line


def test_a_line_tells_outcome_tier_labels_rule_and_the_words_that_decided(lexicon: Lexicon) -> None:
    columns = as_line(read("had a seizure\ntoday", lexicon)).split("\t")
    assert columns[:4] == ["flag", "emergency", "seizure", "E01-seizure"]
    assert "seizure" in columns[4]


def test_a_line_about_nothing_says_so_and_stays_one_line(lexicon: Lexicon) -> None:
    assert as_line(read("slept\nfine", lexicon)) == "clear\tnone\t-\t-\t-"


def test_a_cleared_hit_is_shown_with_what_cleared_it(lexicon: Lexicon) -> None:
    assert "negated" in as_line(read("no seizures", lexicon))


def test_an_unsupported_language_is_named(lexicon: Lexicon) -> None:
    assert as_line(read("no puedo dormir y tengo mucho miedo", lexicon)).endswith(
        "language not supported"
    )


def test_the_data_holds_every_hit_and_survives_json(lexicon: Lexicon) -> None:
    data = as_json(read("had a seizure, no chest pain", lexicon))
    assert json.loads(json.dumps(data)) == data
    hits = data["hits"]
    assert isinstance(hits, list)
    assert {hit["rule"] for hit in hits} >= {"E01-seizure", "E06-chest-pain"}
