"""The files of the scales: what may be shipped, and forms that fit their scores."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from concord.knowledge.check_scales import scale_problems, track_problems
from concord.knowledge.files import DATA
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Scale, Track
from concord.terms import decode_hook

# Whose words the licence lets us ship; every other scale takes a total or numbers.
WORDED = {
    "aims", "audit-c", "bprs", "cage", "cgi", "ciwa-ar", "cows", "gad-2", "gad-7",
    "gds-15", "pc-ptsd-5", "pcl-5", "phq-2", "phq-8", "phq-9",
}  # fmt: skip
OURS = {
    "craving", "functioning", "goals", "mood", "mood-sleep-energy", "quality-of-life",
    "side-effects", "sleep", "weekly-check-in",
}  # fmt: skip


def test_words_are_shipped_of_these_scales_and_of_no_other(
    knowledge: Knowledge,
) -> None:
    worded = {s.id for s in knowledge.scales.values() if s.licence.ship_text}
    assert worded == WORDED | OURS


def test_where_the_licence_forbids_it_no_word_of_the_form_stands_in_the_file() -> None:
    for path in (DATA / "scales").glob("*.toml"):
        raw = tomllib.loads(path.read_text("utf-8"))
        if raw["licence"]["ship_text"]:
            continue
        assert raw["licence"]["obtain"]
        form = raw.get("form", {})
        for item in form.get("item", []):
            assert set(item) <= {"id", "answers", "scored", "optional", "reversed"}
        for answers in form.get("answers", []):
            assert all(set(c) == {"value"} for c in answers["choice"])


def test_the_lowest_answer_of_the_anxiety_scale_is_not_at_all(
    knowledge: Knowledge,
) -> None:
    form = knowledge.scales["gad-7"].form
    assert form is not None
    assert form.answers[0].choice[0].text == "Not at all"


def test_spanish_stands_only_where_the_official_sheet_was_read(
    knowledge: Knowledge,
) -> None:
    spanish = {s.id for s in knowledge.scales.values() if "es" in s.languages}
    assert spanish == {"phq-2", "phq-9"}


def raw(name: str) -> dict[str, Any]:
    text = (DATA / "scales" / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def told(name: str, **changed: Any) -> list[str]:
    """What the check says of the shipped scales, one of them changed."""
    found = {}
    for other in {name, "phq-9", "gad-7"}:
        value = raw(other)
        if other == name:
            for path, new in changed.items():
                place = value
                *parts, last = path.split("__")
                for part in parts:
                    step = int(part) if part.isdigit() else part
                    place = place[step]  # type: ignore[index]
                place[int(last) if last.isdigit() else last] = new  # type: ignore[index]
        found[other] = msgspec.convert(value, Scale, dec_hook=decode_hook)
    return list(scale_problems(found))


@pytest.mark.parametrize(
    ("name", "changed", "says"),
    [
        ("phq-9", {"band__0__high": 3}, "a gap or an overlap"),
        ("phq-9", {"band__0__high": 5}, "a gap or an overlap"),
        ("phq-9", {"band__4__high": 26}, "do not reach"),
        ("phq-9", {"highest": 26}, "the answers reach from 0 to 27"),
        ("phq-9", {"items": 10}, "9 items to be answered"),
        ("phq-9", {"licence__ship_text": False}, "ship_text disagree"),
        ("phq-9", {"form__item__0__text": None}, "ship_text disagree"),
        ("phq-9", {"form__item__0__id": "mood"}, "two items are called"),
        ("phq-9", {"form__item__0__answers": "x"}, "no answers are called"),
        ("phq-9", {"form__item__0__answers": None}, "cannot be scored"),
        ("phq-9", {"suicide_item__item": "x"}, "no item is called"),
        ("phq-9", {"suicide_item__from_answer": 9}, "none of the item's answers"),
        ("phq-9", {"scoring__missing_at_most": 9}, "an empty form"),
        ("phq-9", {"form__item__0__weight": 2}, "made up by the mean"),
        ("phq-9", {"translation__0__items": {}}, "not the items of the form"),
        ("phq-9", {"translation__0__answers": {}}, "0 in this language"),
        ("phq-9", {"form__answers__0__choice__1__value": 0}, "worth the same"),
        ("phq-2", {"step_up__carries": {"mood": "sleep"}}, "not the same question"),
        ("phq-2", {"step_up__carries": {"mood": "x"}}, "is no item"),
        ("bam", {"form__item__0__text": "x"}, "ship_text disagree"),
        ("bam", {"form__item__0__help": "x"}, "help without a licence"),
        ("bam", {"form__answers__0__choice__0__text": "x"}, "words without"),
        ("bam", {"subscale__0__items": ["4", "x"]}, "no item is called"),
        ("bam", {"subscale__0__highest": 11}, "the answers reach from 0 to 12"),
        ("bam", {"lowest": 0}, "but the scale has a range"),
        ("isi", {"licence__obtain": None}, "no obtain"),
        (
            "craving",
            {"form__answers__0": {"id": "strength"}},
            "either a list or two ends",
        ),
        ("gds-15", {"scoring": None}, "scoring: missing"),
        ("aims", {"meaningful": []}, "state a published value"),
        ("aims", {"no_change_value": "none"}, "take one away"),
        ("aims", {"meaningful__0__share": "0.1"}, "not both"),
        ("aims", {"meaningful__0__points": None}, "not both"),
        ("phq-9", {"no_change_value": "none"}, "take one away"),
        ("cows", {"no_change_value": None}, "none was found"),
    ],
)
def test_a_form_that_does_not_fit_is_told(
    name: str, changed: dict[str, Any], says: str
) -> None:
    assert told(name) == []
    assert any(says in problem for problem in told(name, **changed))


def test_each_scale_says_what_a_change_means_or_that_nobody_published_it(
    knowledge: Knowledge,
) -> None:
    silent = {s.id for s in knowledge.scales.values() if s.no_change_value}
    assert {"cows", "ciwa-ar", "bam", "asrm"} <= silent
    assert not silent & {"phq-9", "gad-7", "pcl-5", "aims", "isi", "ymrs", "epds"}
    for scale in knowledge.scales.values():
        read = [m for m in scale.meaningful if m.status == "checked"]
        assert all(m.printed for m in read), scale.id


def test_a_track_names_scores_that_there_are(knowledge: Knowledge) -> None:
    def problems(**fields: Any) -> list[str]:
        cited = {"source": "x", "locator": "x", "status": "convention"}
        said = [{"plain": "x", **one, **cited} for one in fields.pop("said", [])]
        raw = {"id": "t", "title": "T", "plain": "T", "said": said, **fields, **cited}
        track = msgspec.convert(raw, Track, strict=False, dec_hook=decode_hook)
        return list(track_problems({"t": track}, knowledge.scales))

    assert problems(score=["who-5", "bam:use"], said=[{"score": "goals:near-1"}]) == []
    assert problems(score=["bam:none"]) == [
        "tracks/t.toml: score: 'bam:none' is no scale and no part of one"
    ]
    assert problems(said=[{"score": "none"}]) == [
        "tracks/t.toml: score: 'none' is no scale and no part of one"
    ]
    neither, both = problems(said=[{}]), [{"score": "mood", "observation": "weight"}]
    assert neither == problems(said=both)
    assert neither == ["tracks/t.toml: said[0]: name an observation or a score"]
