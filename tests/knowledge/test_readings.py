"""A checked value says what its source printed, and the label at hand prints it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from concord.knowledge.files import cited_values
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import (
    Adjustment,
    Cited,
    Dose,
    MonitoringDue,
    SourceEntry,
    Status,
    TimeRange,
)
from concord.knowledge.readings import amounts, has_figure, unprinted
from concord.knowledge.tables import TABLES
from concord.terms import Duration, Quantity

# Figures that a label prints in words or in a picture, with the reason.
ELSEWHERE = {
    "drugs/butalbital: dose[0]": "the label doses in tablets; 50 mg of one by the NDC",
}

_SET = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SPELT = dict(
    enumerate("one two three four five six seven eight nine ten".split(), start=1)
) | {12: "twelve", 15: "fifteen"}


def a_dose(*printed: str, **amounts_: str) -> Dose:
    told = {name: Quantity.parse(text) for name, text in amounts_.items()}
    return Dose(
        population="adult",
        source="label-x",
        locator="2",
        status=Status.CHECKED,
        printed=printed,
        **told,
    )


@pytest.mark.parametrize(
    ("printed", "amounts_"),
    [
        (("50 mg", "200 mg"), {"start": "50 mg", "maximum": "200 mg"}),
        (("50 to 200 mg",), {"usual_low": "50 mg", "usual_high": "200 mg"}),
        (("4 mg × 3",), {"start": "12 mg"}),
        (("1,800 mg",), {"maximum": "1800 mg"}),
        (("0.5 g",), {"start": "500 mg"}),
        (("150 mcg",), {"start": "0.15 mg"}),
        (("60 mg/day",), {"maximum": "60 mg"}),
        (("30 mg ÷ 2",), {"start": "15 mg"}),
    ],
)
def test_a_figure_that_is_printed_is_given(
    printed: tuple[str, ...], amounts_: dict[str, str]
) -> None:
    assert list(unprinted(a_dose(*printed, **amounts_))) == []


@pytest.mark.parametrize(
    ("printed", "amounts_", "told"),
    [
        (("50 mg",), {"start": "50 mg", "maximum": "200 mg"}, ["maximum"]),
        (("50 mg",), {"start": "50 ug"}, ["start"]),
        (("4 mg × 3",), {"start": "16 mg"}, ["start"]),
        (("200 mg",), {"maximum": "20 mg"}, ["maximum"]),
        (("twice a day",), {"maximum": "20 mg"}, ["maximum"]),
    ],
)
def test_a_figure_that_is_not_printed_is_named(
    printed: tuple[str, ...], amounts_: dict[str, str], told: list[str]
) -> None:
    assert list(unprinted(a_dose(*printed, **amounts_))) == told


def test_a_field_that_is_ours_is_not_held_against_the_source() -> None:
    value = MonitoringDue(
        phase="baseline",
        before=Duration.parse("6 months"),
        after=Duration.parse("2 weeks"),
        source="s",
        locator="l",
        status=Status.CHECKED,
        printed=("2 weeks",),
        local=("before",),
    )
    assert list(unprinted(value)) == []
    assert has_figure(value)


def test_a_value_without_a_reading_has_none_to_disagree_with() -> None:
    value = a_dose(start="50 mg")
    assert list(unprinted(value)) == []
    assert has_figure(value)


@pytest.mark.parametrize(
    ("every", "printed", "agrees"),
    [
        ("2 weeks", "14 days", True),
        ("2 weeks", "2 weeks", True),
        ("1 week", "weekly", True),
        ("1 week", "1 mg/week", True),
        ("1 week", "1 mg", False),
        ("6 months", "6-monthly", True),
        ("6 months", "monthly", False),
        ("1 week", "1–2 weeks", True),
        ("2 weeks", "1–2 weeks", True),
        ("3 months", "every 3 months", True),
        ("12 months", "yearly", True),
        ("1 year", "12 months", True),
        ("11 months", "yearly", False),
        ("1 year", "yearly", True),
        ("1 month", "30 days", False),
        ("2 weeks", "2 months", False),
        ("48 hours", "2 days", True),
    ],
)
def test_a_time_is_the_one_printed_in_its_own_or_a_plain_multiple_of_its_unit(
    every: str, printed: str, *, agrees: bool
) -> None:
    value = MonitoringDue(
        phase="repeat",
        every=Duration.parse(every),
        source="s",
        locator="l",
        status=Status.CHECKED,
        printed=(printed,),
    )
    assert (list(unprinted(value)) == []) is agrees


@pytest.mark.parametrize(
    ("share", "printed", "agrees"),
    [
        ("0.5", "half", True),
        ("0.5", "50%", True),
        ("0.33", "one third", True),
        ("0.5", "25%", False),
        ("0.75", "25% less", True),
        ("0.25", "25% less", False),
    ],
)
def test_a_share_is_printed_as_a_word_or_per_cent(
    share: str, printed: str, *, agrees: bool
) -> None:
    value = Adjustment(
        organ="liver",
        when={},  # type: ignore[arg-type]
        text="x",
        share=Decimal(share),
        source="s",
        locator="l",
        status=Status.CHECKED,
        printed=(printed,),
    )
    assert (list(unprinted(value)) == []) is agrees


def test_a_range_of_time_is_read_by_its_numbers() -> None:
    value = TimeRange(
        low=Decimal(62),
        high=Decimal(104),
        unit="hours",
        source="s",
        locator="l",
        status=Status.CHECKED,
        printed=("62 to 104 hours",),
    )
    assert list(unprinted(value)) == []


def test_each_number_of_a_printed_figure_has_the_unit_behind_it() -> None:
    assert list(amounts("25 to 50 mg")) == [
        (Decimal(25), "mg"),
        (Decimal(50), "mg"),
    ]


# --- the labels at hand --------------------------------------------------------------


@pytest.fixture(scope="module")
def labels(shared_data: Path) -> dict[str, str]:
    """The whole text of each label that is held, by its set id."""
    texts: dict[str, str] = {}
    for folder in ("openfda-labels-more", "openfda-labels-202401"):
        path = shared_data / "knowledge" / folder / "labels.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                label = json.loads(line)
                texts[label["set_id"]] = (
                    texts.get(label["set_id"], "") + " " + " ".join(_texts(label))
                )
    return {key: _plain(text) for key, text in texts.items()}


def _plain(text: str) -> str:
    halves = re.sub(r"(?<=\d) ?½", ".5", text)
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", halves)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def held(source: SourceEntry, labels: dict[str, str]) -> str | None:
    found = _SET.search(source.identifier or "")
    return labels.get(found.group()) if found else None


@cache
def _numbers(text: str) -> frozenset[Decimal]:
    spelt = {
        Decimal(n)
        for n, word in _SPELT.items()
        if re.search(rf"\b{word}\b", text.casefold())
    }
    return frozenset(Decimal(n) for n in _NUMBER.findall(text)) | spelt


def _checked(knowledge: Knowledge) -> Iterator[tuple[str, Cited]]:
    for table in TABLES:
        for name, entry in knowledge.table(table).items():
            for path, value in cited_values(entry).items():
                if value.status is Status.CHECKED:
                    yield f"{table}/{name}: {path}", value


def test_every_printed_number_stands_in_the_label_that_it_was_read_from(
    knowledge: Knowledge, labels: dict[str, str]
) -> None:
    """A number behind × or ÷ is how often a day, which labels mostly say in words."""
    wrong = []
    for where, value in _checked(knowledge):
        text = held(knowledge.sources[value.source], labels)
        if text is None:
            continue
        for printed in value.printed:
            of_label = re.sub(r"[×÷]\s*[\d.]+", "", printed).replace(",", "")
            wrong += [
                f"{where}: {printed}: {number}"
                for number in _NUMBER.findall(of_label)
                if Decimal(number) not in _numbers(text) and where not in ELSEWHERE
            ]
    assert wrong == []


def test_most_checked_figures_have_a_reading(knowledge: Knowledge) -> None:
    """The share is told by `concord knowledge stats`; it may only grow."""
    with_figure = [v for _, v in _checked(knowledge) if has_figure(v)]
    read = [v for v in with_figure if v.printed]
    assert len(read) / len(with_figure) >= 0.45
