"""Which product of a drug the words of a medicine mean, and how it is taken."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from builders import TODAY, a_person, cited, drug, some_knowledge
from concord.dosing.products import products_of, shortest_interval
from concord.dosing.regimen import Line, Untold, summed
from concord.dosing.routes import route_of
from concord.knowledge.model import Drug, Equivalents
from concord.record.agreed import agreed_list
from concord.record.model import Dosage, Medicine
from concord.terms import Quantity
from scheduling import every, of


def product(form: str, route: str, **fields: Any) -> dict[str, Any]:
    return cited(form=form, route=route, strengths=["10 mg"], **fields)


def gamma(*products: dict[str, Any]) -> Drug:
    known = some_knowledge(drugs=[drug("gamma", product=list(products))])
    return known.drugs["gamma"]


def found(medicine: Medicine, *products: dict[str, Any]) -> list[str | None]:
    return [one.tag for one in products_of(medicine, gamma(*products))]


# --- which product ----------------------------------------------------------------

TABLET = product("tablet", "oral", tag="IR", release="immediate", brands=["Gammax"])
LIQUID = product("oral solution", "oral", tag="LIQ", brands=["Gammax"])
SHOT = product(
    "injection",
    "intramuscular",
    tag="LONG",
    release="depot",
    brands=["Gammax Depot"],
    interval="4 weeks",
)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Gammax", ["IR", "LIQ"]),
        ("Gammax 10 mg tablet", ["IR"]),
        ("Gammax 10 mg/mL oral solution", ["LIQ"]),
        ("Gammax Depot 100 mg", ["LONG"]),
    ],
)
def test_of_several_products_of_one_brand_the_form_in_the_words_settles_it(
    text: str, tags: list[str]
) -> None:
    assert found(Medicine(text=text), TABLET, LIQUID, SHOT) == tags


def test_the_time_between_doses_is_known_only_where_every_product_lasts() -> None:
    weekly = product("injection", "intramuscular", tag="WEEK", interval="1 week")
    drug_ = gamma(TABLET, SHOT, weekly)
    tablet, shot, week = drug_.product
    assert str(shortest_interval((shot, week))) == "1 week"
    assert str(shortest_interval((shot,))) == "4 weeks"
    assert shortest_interval((tablet, shot)) is None
    assert shortest_interval(()) is None


# --- which way --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "form", "route"),
    [
        ("By mouth", None, "oral"),
        ("Intrathecal", None, "intrathecal"),
        ("Intrathecal", "oral tablet", "intrathecal"),
        (None, "Oral Tablet", "oral"),
        (None, "tablet", None),
    ],
)
def test_words_that_name_no_known_route_stand_as_they_were_written(
    said: str | None, form: str | None, route: str | None
) -> None:
    medicine = Medicine(text="x", form=form)
    assert route_of([Dosage(route=said)], medicine, None) == route


AT_ONCE = product("injection", "intravenous", release="immediate")
LASTING = product("injection", "intramuscular", release="depot")


@pytest.mark.parametrize(
    ("release", "products", "route"),
    [
        (None, (LASTING,), "intramuscular"),
        (None, (AT_ONCE, LASTING), "injection"),  # either: nothing is made up
        ("depot", (AT_ONCE, LASTING), "intramuscular"),
        ("immediate", (AT_ONCE, LASTING), "intravenous"),
        ("extended", (AT_ONCE, LASTING), "injection"),
        (None, (TABLET,), "injection"),
    ],
)
def test_by_injection_alone_is_made_precise_where_the_products_leave_one_way(
    release: str | None, products: tuple[dict[str, Any], ...], route: str
) -> None:
    medicine = Medicine(text="gamma", form="injection", release=release)
    assert route_of([], medicine, gamma(*products)) == route


# --- what a line of a regimen gives -----------------------------------------------


def line_of(dosage: Dosage, *products: dict[str, Any], form: str | None = None) -> Line:
    row = cited(drug="gamma", dose="10 mg", equals="10 mg", route="oral")
    table = {
        "id": "t",
        "title": "T",
        "kind": "opioid",
        "school": "S",
        "reference": "r",
        "use": "u",
        "row": [row],
    }
    known = some_knowledge(
        drugs=[drug("gamma", product=list(products))],
        groups=[{"id": "opioid", "title": "O", "kind": "class", "member": []}],
        equivalents=[table],
    )
    person = a_person().taking(
        "gamma", dosage=(dosage,), form=form, strength="10 mg", text="gamma"
    )
    entries = agreed_list(person.record.medications, TODAY)
    asked: Equivalents = known.equivalents["t"]
    (line,) = summed(entries, (), asked, known, TODAY).lines
    return line


@pytest.mark.parametrize(
    ("timing", "amount", "apart"),
    [
        (every(1, "d", 2), "10 mg", None),
        (every(1, "d"), "5 mg", None),
        (every(2, "d"), "5 mg", 2),
        (every(4, "wk"), "5 mg", 28),
    ],
    ids=str,
)
def test_an_injection_counts_by_the_day_unless_days_lie_between(
    timing: Any, amount: str, apart: int | None
) -> None:
    line = line_of(of(timing, "5 mg", route="intramuscular"), LASTING)
    assert line.most is not None
    assert line.most.amount == Quantity.parse(amount)
    assert line.most.days_between == (None if apart is None else Decimal(apart))


UNDER_TONGUE = product("tablet", "sublingual")
SWALLOWED = product("tablet", "oral")
PATCH = product("patch", "transdermal")


@pytest.mark.parametrize(
    ("form", "products", "route"),
    [
        ("tablet", (SWALLOWED, PATCH), "oral"),
        ("tablet", (SWALLOWED, UNDER_TONGUE), None),
        ("lozenge", (SWALLOWED,), None),
        (None, (SWALLOWED,), None),
    ],
)
def test_where_no_route_is_stated_it_is_the_one_of_all_products_of_the_form(
    form: str | None, products: tuple[dict[str, Any], ...], route: str | None
) -> None:
    line = line_of(of(every(1, "d"), "10 mg"), *products, form=form)
    if route is None:
        assert line.why is Untold.NO_ROUTE
    else:
        assert line.most is not None
        assert line.most.route == route


def test_patches_are_counted_by_the_fewest_and_the_most_worn_at_once() -> None:
    worn = of(
        every(72, "h", None),  # how often alone: one at a time
        "25 ug/h",
        dose_max=Quantity.parse("50 ug/h"),
        route="transdermal",
    )
    line = line_of(worn, PATCH)
    assert line.why is None
    assert line.least is not None
    assert line.most is not None
    assert (line.least.amount.value, line.most.amount.value) == (25, 50)
    assert line.most.amount.unit == "ug/h"
