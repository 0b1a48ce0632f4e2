"""The burden of a regimen of a day, and what a prescriber may consider."""

from __future__ import annotations

import json
import tempfile
from collections import ChainMap
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import structs

from concord.cli import main
from concord.dosing.burden import Simpler, burden, simplifications
from concord.dosing.outlook import setting
from concord.dosing.schedule import zone
from concord.exchange import Recogniser
from concord.exchange.read import read
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Status, Titration, TitrationStep
from concord.knowledge.tables import TABLES
from concord.record.agreed import agreed_list
from concord.terms import Quantity
from fhir_orders import a_file, order

ON = "2026-11-22"
SERTRALINE = "Sertraline 50 MG Oral Tablet"


def asked(folder: Path, *orders: dict[str, Any]) -> Any:
    path = a_file(folder, *orders)
    result = CliRunner().invoke(main, ["burden", str(path), "--on", ON, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def offered(folder: Path, *orders: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (offer["kind"], offer["then"])
        for offer in asked(folder, *orders)["to_consider"]
    ]


# --- what there is to do ----------------------------------------------------------


def test_times_are_counted_once_and_pieces_each_time(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        order(SERTRALINE, 1, 1, id="a"),  # 08:00
        order("Lithium Carbonate 300 MG Oral Capsule", 1, 3, "capsule", id="b"),
        order("Trazodone 50 MG Oral Tablet", 1.5, None, id="c", when=["HS"]),
    )
    assert found["times"] == ["08:00", "14:00", "20:00", "22:00"]
    assert (found["times_a_day"], found["pieces_a_day"]) == (4, "5.5")
    assert found["whole"] is True


def test_a_dose_in_milligrams_is_counted_in_pieces_of_its_strength(
    tmp_path: Path,
) -> None:
    found = asked(tmp_path, order(SERTRALINE, 100, 1, "mg"))
    assert found["pieces_a_day"] == "2"


def test_what_cannot_be_counted_is_named_and_is_not_nothing(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        order("Sertraline Oral Tablet", 100, 1, "mg", id="strength"),
        order(SERTRALINE, None, 1, id="dose"),
        order(SERTRALINE, 1, None, id="frequency"),
        order("Something from the clinic", 1, 1, id="name"),
    )
    reasons = {
        line["id"].split("/")[1]: [row["why"] for row in line["not_checked"]]
        for line in found["lines"]
    }
    assert reasons == {
        "strength": ["no-strength"],
        "dose": ["no-dose"],
        "frequency": ["no-frequency"],
        "name": ["not-recognised"],
    }
    assert [line["pieces"] for line in found["lines"] if line["pieces"]] == ["1"]
    assert found["whole"] is False


def test_directions_that_cannot_be_followed_are_named(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        order("Invega Sustenna 156 mg injection", 156, 13, "mg"),
        order(SERTRALINE, 1, 1, id="b"),
    )
    assert [row["why"] for row in found["lines"][0]["not_checked"]] == ["impossible"]
    assert found["pieces_a_day"] == "1"


def test_rules_come_from_the_directions_and_from_the_knowledge(
    tmp_path: Path,
) -> None:
    found = asked(
        tmp_path,
        order("Bupropion XL 150 mg tablet", 1, None, id="a", when=["CM"]),
        order("Lurasidone 40 MG Oral Tablet", 1, 1, id="b"),
        order(SERTRALINE, 1, 1, id="c"),
    )
    rules = {
        line["id"].split("/")[1]: [rule["kind"] for rule in line["rules"]]
        for line in found["lines"]
    }
    assert rules["a"] == ["with-a-meal", "intake", "not-split"]
    assert rules["b"] == ["intake"]
    assert rules["c"] == []  # with or without food
    lurasidone = next(o for o in found["lines"] if o["id"].endswith("/b"))
    assert "350 calories" in lurasidone["rules"][0]["text"]
    assert lurasidone["rules"][0]["source"]["locator"]
    assert found["rules"] == 4


def test_devices_are_told_from_pieces(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        order(
            "72 HR Fentanyl 0.025 MG/HR Transdermal System",
            1,
            1,
            "patch",
            id="patch",
            period=72,
            period_unit="h",
        ),
        order("Lithium Carbonate 60 MG/ML Oral Solution", 5, 2, "mL", id="liquid"),
        order("Invega Sustenna 156 mg injection", 156, 1, "mg", id="injection")
        | {"dosageInstruction": [injected_monthly()]},
    )
    devices = {o["id"].split("/")[1]: o["device"] for o in found["lines"]}
    assert devices == {
        "patch": "patch",
        "liquid": "measured",
        "injection": "injection",
    }
    assert (found["devices"], found["pieces_a_day"]) == (3, "0")
    assert all(line["pieces"] is None for line in found["lines"])


def injected_monthly() -> dict[str, Any]:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "mo"}
    return {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": 156, "unit": "mg"}}],
    }


def test_what_is_needed_now_and_then_has_no_times(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        order("Hydroxyzine 25 MG Oral Tablet", 1, 3, asNeededBoolean=True),
    )
    assert (found["as_needed"], found["times_a_day"]) == (1, 0)


@pytest.mark.parametrize(
    ("bounds", "counted"),
    [
        ({"start": "2026-11-22"}, 1),  # the day asked about
        ({"start": "2026-11-23"}, 0),
        ({"end": "2026-11-22"}, 1),
        ({"end": "2026-11-21"}, 0),
    ],
)
def test_what_is_taken_as_needed_counts_from_its_first_day_to_its_last(
    tmp_path: Path, bounds: dict[str, str], counted: int
) -> None:
    made = order("Hydroxyzine 25 MG Oral Tablet", 1, 3, asNeededBoolean=True)
    made["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"] = bounds
    assert asked(tmp_path, made)["as_needed"] == counted


def test_a_film_ordered_in_milligrams_is_not_counted_in_tablets(tmp_path: Path) -> None:
    film = "Buprenorphine 8 MG / Naloxone 2 MG Sublingual Film"
    found = asked(tmp_path, order(film, 8, 1, "mg"))
    (line,) = found["lines"]
    assert line["pieces"] is None
    assert "no-pieces" in [row["why"] for row in line["not_checked"]]
    (line,) = asked(tmp_path, order(film, 1, 1, "film"))["lines"]
    assert line["pieces"] == "1"


def test_only_what_is_swallowed_is_told_to_be_kept_whole(tmp_path: Path) -> None:
    injection = order("Invega Sustenna 156 mg injection", 156, 1, "mg", id="a")
    injection["dosageInstruction"] = [injected_monthly()]
    tablet = order("Invega 6 mg extended-release tablet", 1, 1, id="b")
    lines = asked(tmp_path, injection, tablet)["lines"]
    kinds = [[rule["kind"] for rule in line["rules"]] for line in lines]
    assert ["not-split" in rules for rules in kinds] == [False, True]


@pytest.mark.parametrize("status", ["on-hold", "stopped", "completed"])
def test_what_is_not_taken_asks_for_nothing(tmp_path: Path, status: str) -> None:
    found = asked(tmp_path, order(SERTRALINE, 1, 1) | {"status": status})
    assert (found["times_a_day"], found["lines"]) == (0, [])


# --- what may be simpler ----------------------------------------------------------


def test_one_piece_of_a_strength_that_is_made(tmp_path: Path) -> None:
    assert offered(tmp_path, order(SERTRALINE, 2, 1)) == [("one-piece", "1 × 100 mg")]
    # 150 mg is made as a capsule only, which is another form.
    assert offered(tmp_path, order(SERTRALINE, 3, 1)) == []
    assert offered(tmp_path, order(SERTRALINE, 1, 1)) == []


def test_a_strength_that_needs_no_splitting(tmp_path: Path) -> None:
    half = order("Sertraline 100 MG Oral Tablet", 0.5, 1)
    assert offered(tmp_path, half) == [("whole-piece", "1 × 50 mg")]


def saved(folder: Path, made: dict[str, Any]) -> list[tuple[str, str, str]]:
    offers = asked(folder, made)["to_consider"]
    return [(offer["kind"], offer["then"], offer["saves"]) for offer in offers]


def test_what_another_strength_saves_is_counted_in_pieces_a_day(
    tmp_path: Path,
) -> None:
    three = order("Quetiapine 100 MG Oral Tablet", 3, 2)
    assert ("one-piece", "1 × 300 mg", "4") in saved(tmp_path, three)
    half = order("Sertraline 100 MG Oral Tablet", 0.5, 2)  # splitting, not a piece
    assert saved(tmp_path, half) == [("whole-piece", "1 × 50 mg", "0")]


def test_two_strengths_at_one_time_are_one_piece_where_it_is_made(
    tmp_path: Path,
) -> None:
    two = (
        order("Olanzapine 5 MG Oral Tablet", 1, 1, id="a"),
        order("Olanzapine 10 MG Oral Tablet", 1, 1, id="b"),
    )
    assert offered(tmp_path, *two) == [("one-piece", "1 × 15 mg")]
    apart = (two[0], order("Olanzapine 10 MG Oral Tablet", 1, 2, id="b"))
    assert ("one-piece", "1 × 15 mg") not in offered(tmp_path, *apart)


@pytest.mark.parametrize(
    "text",
    [
        "Lithium Carbonate 300 MG Oral Capsule",
        "Clozapine 100 MG Oral Tablet",
        "Carbamazepine 100 MG Oral Tablet",
        "Levothyroxine Sodium 0.05 MG Oral Tablet",
    ],
)
def test_nothing_is_put_forward_where_small_changes_matter(
    tmp_path: Path, text: str
) -> None:
    assert offered(tmp_path, order(text, 2, 2)) == []


def test_a_longer_form_is_put_forward_with_its_caution(tmp_path: Path) -> None:
    found = asked(tmp_path, order("Quetiapine 100 MG Oral Tablet", 1, 2))
    (offer,) = found["to_consider"]
    assert (offer["kind"], offer["now"]) == ("longer-release", "2 times a day")
    assert "XR" in offer["then"]
    assert any("Not interchangeable" in caution for caution in offer["cautions"])
    assert offer["sources"]
    assert offer["saves"] == "0"  # how often it would be taken is not known here
    # Once a day there is nothing to save; a long-acting opioid saves no dose.
    assert offered(tmp_path, order("Quetiapine 100 MG Oral Tablet", 1, 1)) == []
    assert offered(tmp_path, order("Oxycodone 5 MG Oral Tablet", 1, 4)) == []


NOON = {"timeOfDay": ["12:00:00"]}


def at_noon(text: str, **more: Any) -> dict[str, Any]:
    made = order(text, 1, 1, id="noon", **more)
    made["dosageInstruction"][0]["timing"] = {"repeat": NOON}
    return made


def test_a_medicine_alone_at_its_time_may_join_the_others(tmp_path: Path) -> None:
    morning = order(SERTRALINE, 1, 1, id="a")
    memantine = at_noon("Memantine 10 MG Oral Tablet")
    # Both stand alone at their time, so each may join the other.
    assert sorted(offered(tmp_path, morning, memantine)) == [
        ("same-time", "08:00"),
        ("same-time", "12:00"),
    ]


def test_moving_to_another_time_saves_one_and_rests_on_the_advice_on_food(
    tmp_path: Path,
) -> None:
    morning = order(SERTRALINE, 1, 1, id="a")

    def moved(text: str) -> dict[str, Any]:
        offers = asked(tmp_path, morning, at_noon(text))["to_consider"]
        (found,) = (o for o in offers if o["id"] == "MedicationRequest/noon")
        return found  # type: ignore[no-any-return]

    known = moved("Memantine 10 MG Oral Tablet")
    assert known["saves"] == "1"
    assert [row["locator"] for row in known["sources"]] == ["2"]
    assert known["cautions"] == []
    unknown = moved("Allopurinol 100 MG Oral Tablet")
    assert unknown["sources"] == []
    assert ["nothing of food" in one for one in unknown["cautions"]] == [True]


def test_a_medicine_ordered_for_an_event_of_the_day_stays_with_it(
    tmp_path: Path,
) -> None:
    morning = order(SERTRALINE, 1, 1, id="a")
    at_bedtime = order("Memantine 10 MG Oral Tablet", 1, None, id="hs", when=["HS"])
    offers = asked(tmp_path, morning, at_bedtime)["to_consider"]
    assert [offer["id"] for offer in offers] == ["MedicationRequest/a"]


def test_a_medicine_is_not_moved_to_one_that_has_a_rule_of_food(tmp_path: Path) -> None:
    noon = at_noon("Memantine 10 MG Oral Tablet")
    metformin = order("Metformin 500 MG Oral Tablet", 1, 1, id="a")  # with meals
    assert offered(tmp_path, metformin, noon) == []
    # Breakfast in the directions alone is no reason: memantine needs no empty stomach.
    breakfast = order(SERTRALINE, 1, None, id="a", when=["CM"])
    assert offered(tmp_path, breakfast, noon) == [("same-time", "08:00")]


def test_a_medicine_with_a_rule_of_food_or_of_its_time_stays_where_it_is(
    tmp_path: Path,
) -> None:
    morning = order(SERTRALINE, 1, 1, id="a")
    for text in (
        "Lurasidone 40 MG Oral Tablet",  # with 350 calories
        "Methylphenidate 10 MG Oral Tablet",  # it wakes
        "Metformin 500 MG Oral Tablet",  # with meals
    ):
        moved = asked(tmp_path, morning, at_noon(text))["to_consider"]
        assert "MedicationRequest/noon" not in [offer["id"] for offer in moved]


def test_a_medicine_is_not_moved_to_one_it_interacts_with(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    assert knowledge.interactions_between("aripiprazole", "pramipexole")
    morning = order("Pramipexole 0.25 MG Oral Tablet", 1, 1, id="a")
    moved = asked(tmp_path, morning, at_noon("Aripiprazole 10 MG Oral Tablet"))
    assert moved["to_consider"] == []


# --- fewer times: only where a source gives as much in so few ---------------------


def with_a_source(
    knowledge: Knowledge, times: int, each: str, form: str = "IR"
) -> Knowledge:
    """The real knowledge, and a source that gives bupropion so many times a day."""
    row = Titration(
        text="made for the test",
        form=form,
        source="concord-local",
        locator="tests",
        status=Status.UNVERIFIED,
        steps=(
            TitrationStep(
                from_day=1,
                dose=Quantity.parse("300 mg"),
                each=Quantity.parse(each),
                times=times,
            ),
        ),
    )
    drug = structs.replace(knowledge.drugs["bupropion"], titration=(row,))
    tables = {name: knowledge.table(name) for name in TABLES}
    tables["drugs"] = ChainMap({"bupropion": drug}, dict(knowledge.drugs))
    return Knowledge(
        version="tests",
        tables=tables,
        sources=knowledge.sources,
        links=knowledge.links,
    )


def offers_by(
    folder: Path, knowledge: Knowledge, made: dict[str, Any]
) -> list[Simpler]:
    recogniser = Recogniser(load_catalogue(), knowledge)
    record = read(
        a_file(folder, made), recogniser, read_at=datetime(2026, 11, 22, tzinfo=UTC)
    ).record
    on = date(2026, 11, 22)
    where = setting(knowledge, on, here=zone("Etc/UTC"))
    found = burden(agreed_list(record.medications, on), where, knowledge, on)
    offers = simplifications(found, knowledge)
    return [offer for offer in offers if offer.kind == "fewer-times"]


def test_fewer_times_rest_on_a_source_and_never_pass_the_most_at_one_time(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    three = order("Bupropion 100 MG Oral Tablet", 1, 3)
    assert offers_by(tmp_path, knowledge, three) == []  # no source says so
    (twice,) = offers_by(tmp_path, with_a_source(knowledge, 2, "150 mg"), three)
    assert (twice.then, twice.saves) == ("150 mg, 2 times a day", Decimal(1))
    assert "unverified" in twice.cautions
    # 300 mg at once is above the 150 mg that the label allows at one time.
    once = with_a_source(knowledge, 1, "300 mg")
    assert offers_by(tmp_path, once, three) == []
    # Another dose of the day is not the same dose.
    other = with_a_source(knowledge, 2, "100 mg")
    assert offers_by(tmp_path, other, three) == []


def test_twice_may_be_once_where_the_most_at_one_time_is_just_reached(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    once = with_a_source(knowledge, 1, "150 mg")
    twice = order("Bupropion 75 MG Oral Tablet", 1, 2)
    (offer,) = offers_by(tmp_path, once, twice)
    assert (offer.then, offer.saves) == ("150 mg, 1 times a day", Decimal(1))


def test_the_most_at_one_time_is_that_of_the_form_that_is_taken(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    """300 mg at once are allowed of the once-daily tablet, not of the plain one."""
    once = with_a_source(knowledge, 1, "300 mg", form="XL")
    (offer,) = offers_by(tmp_path, once, order("Bupropion XL 150 mg tablet", 1, 2))
    assert (offer.now, offer.saves) == ("150 mg, 2 times a day", Decimal(1))


@pytest.mark.parametrize(("times", "each"), [(3, "100 mg"), (4, "75 mg"), (0, "0 mg")])
def test_as_many_times_or_no_times_are_not_fewer(
    tmp_path: Path, knowledge: Knowledge, times: int, each: str
) -> None:
    three = order("Bupropion 100 MG Oral Tablet", 1, 3)
    assert offers_by(tmp_path, with_a_source(knowledge, times, each), three) == []


# Each example reads a whole file: few of them, and no clock on each.
@settings(deadline=None, max_examples=20)
@draw(st.integers(1, 4), st.sampled_from(["0.5", "1", "2", "3", "4"]))
def test_a_simplification_never_changes_the_dose_of_the_day(
    times: int, pieces: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = order("Olanzapine 5 MG Oral Tablet", float(pieces), times)
        found = asked(Path(folder), made)
    for offer in found["to_consider"]:
        if offer["kind"] in ("one-piece", "whole-piece"):
            piece = Quantity.parse(offer["then"].removeprefix("1 × "))
            assert piece == Quantity(Decimal(pieces) * 5, "mg")
