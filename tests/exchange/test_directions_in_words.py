"""Directions that stand only in words: always kept, read where understood in full."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from fhir_builders import READ_AT, concept, dose, imported, order, resource

from concord.dosing.daily import daily_amount
from concord.exchange import Recogniser, read
from concord.exchange.mapping.dosage import read_in_words
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.lookup import Knowledge
from concord.record.merge import merge
from concord.record.model import AsNeeded, Change, Dosage, Maximum, Medicine, Timing
from concord.terms import Duration, Quantity
from concord.web.demo.bundles import FOLDER
from concord.wording import dose_clinical, dose_words

TWICE = Timing(frequency=2, period=Decimal(1), period_unit="d")


def started(recogniser: Recogniser, *given: Any, **elements: Any) -> Change:
    (line,) = imported(
        recogniser, order(dosageInstruction=list(given), **elements)
    ).record.medications
    return line.changes[0]


def one(recogniser: Recogniser, *given: Any) -> Dosage:
    (dosage,) = started(recogniser, *given).dosage
    return dosage


def test_words_that_are_understood_in_full_are_read_kept_and_marked(
    recogniser: Recogniser,
) -> None:
    assert one(recogniser, {"text": "1 tab po bid"}) == Dosage(
        text="1 tab po bid",
        dose=Quantity("1", "{tablet}"),
        route="oral",
        timing=TWICE,
        read_from_text=True,
    )


def test_what_was_read_is_always_shown_with_its_words(recogniser: Recogniser) -> None:
    change = started(recogniser, {"text": "1 tab po bid"})
    assert dose_clinical(change.dosage) == (
        "1 tablet by mouth twice daily (as written: “1 tab po bid”)"
    )
    assert dose_words(change.dosage) == (
        "Take 1 tablet by mouth, twice a day. As written: “1 tab po bid”."
    )


@pytest.mark.parametrize(
    "text", ["1 tab po bid as directed", "take 2 daily", "1 tab d", "see label", "."]
)
def test_words_that_are_not_understood_stay_as_they_were_written(
    recogniser: Recogniser, text: str
) -> None:
    assert one(recogniser, {"text": text}) == Dosage(text=text)


def test_the_name_and_the_strength_of_the_medicine_itself_are_understood(
    recogniser: Recogniser,
) -> None:
    found = one(recogniser, {"text": "Take 2 tablets (100 mg) of sertraline daily"})
    assert found.dose == Quantity("2", "{tablet}")
    for other in ("2 tablets (50 mg) daily", "2 tablets of lithium daily"):
        assert one(recogniser, {"text": other}) == Dosage(text=other)


def test_words_beside_fields_are_never_read(recogniser: Recogniser) -> None:
    timed = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
    dosed = dose(50, "mg")
    for fields in (timed, dosed):
        found = one(recogniser, {"text": "1 tab po bid", **fields})
        assert not found.read_from_text
        assert found.timing != TWICE


def test_a_route_or_when_needed_that_is_stated_stays_as_stated(
    recogniser: Recogniser,
) -> None:
    given = {"text": "1 tab bid", "route": concept("Oral use"), "asNeededBoolean": True}
    found = one(recogniser, given)
    assert (found.route, found.as_needed) == ("oral", AsNeeded())
    assert found.timing == TWICE


MEDICINE = Medicine(text="sertraline")
MOST = Maximum(amount=Quantity("4", "{tablet}"), within=Duration(1, "day"))


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [
        (Dosage(text="1 tab po bid", route="oral"), True),
        (Dosage(text="1 tab po bid", route="26643006"), True),
        (Dosage(text="1 tab po bid", route="sublingual"), False),
        (Dosage(text="1 tab bid prn pain", as_needed=AsNeeded()), True),
        (Dosage(text="1 tab bid prn pain", as_needed=AsNeeded(reason="pain")), True),
        (Dosage(text="1 tab bid prn pain", as_needed=AsNeeded(reason="fever")), False),
        (Dosage(text="1 tab bid max 4 a day", maximum=MOST), True),
        (Dosage(text="1 tab bid max 5 a day", maximum=MOST), False),
        (Dosage(text="1 tab bid for 7 days", lasts=Duration(7, "day")), True),
        (Dosage(text="1 tab bid for 7 days", lasts=Duration(8, "day")), False),
        (Dosage(text="1 tab bid", lasts=Duration(8, "day")), True),
        (Dosage(text="1 tab qd x 7 days then 1 tab bid", route="oral"), False),
        (Dosage(text="1 tab qd x 7 days then 1 tab bid"), True),
    ],
)
def test_words_count_only_where_the_fields_beside_them_do_not_speak_against(
    stated: Dosage, *, agrees: bool
) -> None:
    found = read_in_words((stated,), MEDICINE)
    assert all(d.read_from_text for d in found) is agrees
    if not agrees:
        assert found == (stated,)
    assert {d.text for d in found} == {stated.text}


def test_steps_in_words_are_read_as_steps(recogniser: Recogniser) -> None:
    change = started(recogniser, {"text": "1 tab qd x 7 days, then 1 tab bid"})
    assert [(d.sequence, str(d.lasts)) for d in change.dosage] == [
        (1, "7 days"),
        (2, "None"),
    ]
    assert dose_clinical(change.dosage).count("as written") == 1


def test_of_several_instructions_only_steps_of_their_own_are_read(
    recogniser: Recogniser,
) -> None:
    texts = ("1 tab qd for 7 days", "1 tab bid")
    steps = [{"text": t, "sequence": n} for n, t in enumerate(texts, 1)]
    found = started(recogniser, *steps).dosage
    assert [(d.sequence, d.read_from_text) for d in found] == [(1, True), (2, True)]
    # Without numbers, the second might be the first in other words.
    beside = started(recogniser, {"text": "1 tab bid"}, {"text": "one twice a day"})
    assert not any(d.read_from_text for d in beside.dosage)


def test_what_a_person_says_that_they_take_is_read_too(recogniser: Recogniser) -> None:
    said = resource(
        "MedicationStatement",
        "s1",
        status="active",
        medicationCodeableConcept=concept("Sertraline 50 MG Oral Tablet"),
        dosage=[{"text": "1 tab po bid"}],
    )
    (line,) = imported(recogniser, said).record.medications
    assert line.changes[0].dosage[0].timing == TWICE


def test_a_record_that_was_read_before_the_words_were_understood_gains_no_change(
    recogniser: Recogniser,
) -> None:
    """A change is known by what was stated, so that reading it better adds nothing."""
    fresh = imported(recogniser, order(dosageInstruction=[{"text": "1 tab po bid"}]))
    (line,) = fresh.record.medications
    (change,) = line.changes
    as_stated = msgspec.structs.replace(change, dosage=(Dosage(text="1 tab po bid"),))
    old = msgspec.structs.replace(
        fresh.record,
        medications=(msgspec.structs.replace(line, changes=(as_stated,)),),
    )
    merged = merge(old, fresh.record)
    assert (merged.added, merged.updated) == ((), ())
    assert merged.record == old


def test_what_is_read_of_the_words_of_the_ten_people_is_what_their_fields_say(
    knowledge: Knowledge,
) -> None:
    """Their directions stand in fields and in words: the fields are the referee."""
    known = Recogniser(load_catalogue(), knowledge)
    lines = [
        line
        for path in sorted(FOLDER.glob("*.json"))
        for line in read(path, known, read_at=READ_AT).record.medications
    ]
    told = [(one, c) for one in lines for change in one.changes for c in change.dosage]
    kept, count = set(), 0
    for line, stated in told:
        (found,) = read_in_words((Dosage(text=stated.text),), line.medicine)
        if not found.read_from_text:
            kept.add(stated.text)
            continue
        count += 1
        assert found.route in (None, stated.route)
        assert bool(found.as_needed) is bool(stated.as_needed)
        for ingredient in line.medicine.ingredients:
            amounts = [
                daily_amount((d,), line.medicine, ingredient, READ_AT.date())
                for d in (found, msgspec.structs.replace(stated, bounds=None))
            ]
            assert amounts[0] == amounts[1], stated.text
    assert count > 30
    assert len(kept) == 4
    assert "Inject 380 mg into the gluteal muscle every 4 weeks" in kept
