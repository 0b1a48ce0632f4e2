"""CLN-04 and CLN-05: how the names of medicines are written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import concord
from concord.knowledge.check import problems_of
from concord.knowledge.index import load
from concord.knowledge.model import Status, TallMan, TallManNames
from concord.record.agreed import Entry
from concord.record.fold import LineStatus, State
from concord.record.model import Ingredient, MedicationLine, Medicine
from concord.terms import Code
from concord.wording.layout import NO_BREAK, kept_together, name_kept_together
from concord.wording.names import brand_name, cased, drug_name, medicine_name

FOLDER = Path(concord.__file__).parent / "knowledge" / "data" / "tallman"


def listed() -> Iterator[tuple[str, str]]:
    """Every name of the lists, read from the files and not by the formatter."""
    for path in sorted(FOLDER.glob("*.toml")):
        for part in tomllib.loads(path.read_text("utf-8"))["names"]:
            yield from ((part["kind"], name) for name in part["written"])


NAMES = tuple(listed())


def a_medicine(name: str, **more: Any) -> Medicine:
    ingredients = (Ingredient(rxcui="1", name=name),)
    return Medicine(**{"text": name, "ingredients": ingredients} | more)


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_every_name_of_the_lists_is_written_as_they_write_it(
    kind: str, name: str
) -> None:
    for typed in (name, name.lower(), name.upper(), name.capitalize()):
        assert cased(f"It is {typed}, not another.") == f"It is {name}, not another."
        if kind == "generic":
            assert drug_name(a_medicine(typed)) == name
        else:
            assert brand_name(f"{typed}®") == name


def test_the_lists_have_the_names_of_this_field_that_are_confused() -> None:
    of_this_field = (
        "buPROPion busPIRone hydrOXYzine hydrALAZINE lamoTRIgine lamiVUDine "
        "OLANZapine QUEtiapine cloNIDine clonazePAM FLUoxetine PARoxetine DULoxetine "
        "traZODone traMADol chlorproMAZINE risperiDONE rOPINIRole cloZAPine LORazepam"
    )
    assert set(of_this_field.split()) <= {name for _, name in NAMES}


def test_a_drug_of_the_knowledge_is_written_as_the_list_has_it() -> None:
    for drug in load().drugs.values():
        assert cased(drug.name) == (drug.tall_man or cased(drug.name))


def test_a_name_written_in_two_ways_is_a_problem_of_the_knowledge() -> None:
    def a_list(name: str, *written: str) -> TallMan:
        part = TallManNames(
            kind="generic",
            written=written,
            source="book",
            locator="p. 1",
            status=Status.CHECKED,
        )
        return TallMan(id=name, title=name, edition="1", names=(part,))

    tables: dict[str, dict[str, Any]] = {
        name: dict(load().table(name)) for name in ("measures", "monitoring", "scales")
    } | {name: {} for name in ("drugs", "groups", "conditions", "observations")}
    tables |= {name: {} for name in ("interactions", "cautions", "followup", "tapers")}
    tables |= {"missed_doses": {}, "education": {}, "monitoring": {}}
    tables["tallman"] = {"a": a_list("a", "alPHa"), "b": a_list("b", "ALpha")}
    problems = problems_of(tables, {})
    assert sum("one name, one spelling" in p for p in problems) == 1
    tables["tallman"] = {"a": a_list("a", "alPHa"), "b": a_list("b", "alPHa")}
    assert not any("one name, one spelling" in p for p in problems_of(tables, {}))


def test_only_whole_words_are_names() -> None:
    assert cased("prolorazepamide") == "prolorazepamide"
    assert cased("lorazepam-induced") == "LORazepam-induced"
    assert cased("solu-medrol") == "SOLU-Medrol"
    assert cased("") == ""


def test_a_generic_name_is_in_lower_case_and_ingredients_are_joined() -> None:
    both = (
        Ingredient(rxcui="1", name="Buprenorphine"),
        Ingredient(rxcui="2", name="NALOXONE"),
    )
    found = Medicine(text="Suboxone", ingredients=both)
    assert drug_name(found) == "buprenorphine and naloxone"


def test_an_entry_and_a_line_are_named_by_their_medicine() -> None:
    line = MedicationLine(id="1", medicine=a_medicine("Sertraline"))
    entry = Entry(line=line, state=State(status=LineStatus.ACTIVE))
    assert drug_name(line) == drug_name(entry) == medicine_name(entry) == "sertraline"


def test_what_was_not_recognised_stands_as_it_was_written() -> None:
    unknown = Medicine(text="Grandma's Tea No. 5")
    assert drug_name(unknown) == medicine_name(unknown) == "Grandma's Tea No. 5"


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"form": "Oral Tablet"}, "venlafaxine"),
        ({"form": "Oral Capsule", "release": "immediate"}, "venlafaxine"),
        ({"form": "Oral Tablet", "brand": "EFFEXOR"}, "venlafaxine (Effexor)"),
        ({"brand": "Venlafaxine"}, "venlafaxine"),
        (
            {"form": "Oral Capsule", "release": "extended", "brand": "EFFEXOR XR™"},
            "venlafaxine extended-release capsule (Effexor XR)",
        ),
        ({"release": "extended"}, "venlafaxine extended-release"),
        ({"form": "Sublingual Film"}, "venlafaxine sublingual film"),
        ({"form": "Prefilled Syringe"}, "venlafaxine injection (prefilled syringe)"),
        ({"form": "Oral Solution"}, "venlafaxine oral solution"),
        ({"release": "weekly"}, "venlafaxine weekly"),
    ],
)
def test_release_form_and_brand_are_shown_where_they_tell_products_apart(
    more: dict[str, Any], name: str
) -> None:
    assert medicine_name(a_medicine("venlafaxine", **more)) == name


def test_the_salt_is_shown_where_it_changes_what_it_is() -> None:
    depot = a_medicine(
        "haloperidol", text="Haloperidol Decanoate 50 MG/ML", form="Injection"
    )
    assert medicine_name(depot) == "haloperidol decanoate injection"
    coded = Code(system="x", code="1", display="lithium carbonate 300 MG")
    assert medicine_name(a_medicine("lithium", codes=(coded,))) == "lithium carbonate"
    plain = a_medicine("sertraline", text="sertraline hydrochloride")
    assert medicine_name(plain) == "sertraline"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("zoloft", "Zoloft"),
        ("ZOLOFT", "Zoloft"),
        ("WELLBUTRIN XL", "Wellbutrin XL"),
        ("Zoloft™", "Zoloft"),
        ("Zoloft (R)", "Zoloft"),
        ("Invega Sustenna", "Invega Sustenna"),
        ("KLONOPIN", "KlonoPIN"),
        ("ZYPREXA ZYDIS", "ZyPREXA Zydis"),
        ("", ""),
    ],
)
def test_a_brand_has_a_capital_and_no_trademark(written: str, shown: str) -> None:
    assert brand_name(written) == shown


def test_what_was_recorded_is_never_changed_by_showing_it() -> None:
    medicine = a_medicine("BUPROPION", brand="WELLBUTRIN®")
    before = repr(medicine)
    medicine_name(medicine)
    assert repr(medicine) == before


# --- layout -----------------------------------------------------------------------


def test_of_5000_long_names_none_is_cut() -> None:
    for length in range(5000):
        name = f"{'hydroxyprogesterone ' * (length % 13)}{'x' * (length % 97)}".strip()
        shown = name_kept_together(drug_name(name))
        assert shown.replace(NO_BREAK, " ").casefold() == name.casefold()


def test_a_short_name_is_not_wrapped_and_a_long_one_may_be() -> None:
    assert name_kept_together("lithium carbonate") == f"lithium{NO_BREAK}carbonate"
    assert " " in name_kept_together("buprenorphine and naloxone sublingual film")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Take 100 mg by mouth", "Take 100_mg by mouth"),
        ("1,000 units daily", "1,000_units daily"),
        ("every 12 hours", "every 12_hours"),
        ("since Tue 3 Feb 2026 (7 weeks)", "since Tue_3_Feb_2026 (7_weeks)"),
        ("in Feb 2026", "in Feb_2026"),
        ("at 9:30 pm", "at 9:30_pm"),
        ("2 people in 3 rooms", "2 people in 3 rooms"),
    ],
)
def test_a_number_stays_with_its_unit_and_a_date_in_one_piece(
    text: str, kept: str
) -> None:
    assert kept_together(text) == kept.replace("_", NO_BREAK)
