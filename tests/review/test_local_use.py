"""A cream or an eye drop does not do to the body what the tablet does."""

from __future__ import annotations

import pytest

from builders import (
    TODAY,
    A,
    a_person,
    asked,
    cited,
    condition,
    drug,
    group,
    some_knowledge,
)
from concord.dosing.routes import route_of_form
from concord.followup.case import Case
from concord.review.building import Rule
from concord.review.rules.burden import BURDEN
from concord.review.rules.condition import CONTRAINDICATION, GERIATRIC
from concord.review.rules.duplicate import DUPLICATE_THERAPY
from concord.review.rules.interaction import INTERACTION
from concord.review.rules.monitoring import MONITORING

_SAID = {"why": "w", "options": ["o"]}
_CAUTION = {"title": "t", "a": {"groups": ["azole"]}, "severity": "serious", **_SAID}
_RULE = {"mechanism": "m", "effect": "e", "action": "a", "title": "t"}

WORLD = some_knowledge(
    drugs=[
        drug("ketoconazole", local=[cited(routes=["topical", "otic"])]),
        drug("pimozide"),
    ],
    conditions=[condition("hepatitis")],
    groups=[
        group("azole", "ketoconazole"),
        group(
            "dup",
            "ketoconazole",
            "pimozide",
            kind="duplicate-therapy",
            duplicate=cited(severity="moderate", **_SAID),
        ),
        group(
            "qt",
            "ketoconazole",
            "pimozide",
            kind="hazard",
            burden=[
                cited(at_least="2", counting="members", severity="serious", **_SAID)
            ],
        ),
    ],
    interactions=[
        cited(
            id="level",
            a={"groups": ["azole"]},
            b={"drugs": ["pimozide"]},
            severity="moderate",
            **_RULE,
        )
    ],
    cautions=[
        cited(
            id="liver", kind="condition", when={"condition": "hepatitis"}, **_CAUTION
        ),
        cited(id="old", kind="geriatric", when={"age_at_least": 65}, **_CAUTION),
    ],
    monitoring=[
        {
            "id": "alt",
            "title": "Liver tests",
            "side": {"drugs": ["ketoconazole"]},
            "observation": ["alt"],
            "why": "liver",
            "due": [cited(phase="baseline", before="30 days")],
        }
    ],
    observations=[
        {"id": "alt", "title": "ALT", "codes": [cited(loinc=["alt"])], "unit": "U/L"}
    ],
)


def amara(form: str | None) -> A:
    return (
        a_person(born="1940-05-05")
        .taking("pimozide", "2 mg", form="Oral Tablet")
        .taking("ketoconazole", form=form)
        .with_condition("hepatitis", "2020")
        .measured("alt", "20 U/L", "2020-01-01")
    )


@pytest.mark.parametrize(
    "rule",
    [INTERACTION, BURDEN, CONTRAINDICATION, GERIATRIC, DUPLICATE_THERAPY, MONITORING],
    ids=lambda rule: rule.id,
)
def test_a_rule_of_the_whole_body_asks_of_the_tablet_and_not_of_the_cream(
    rule: Rule,
) -> None:
    """Where the route is not known the medicine counts."""
    assert asked(rule, amara("Oral Tablet"), WORLD).findings
    assert asked(rule, amara(None), WORLD).findings
    for form in ("Topical Cream", "Medicated Shampoo", "Otic Solution"):
        assert not asked(rule, amara(form), WORLD).findings


@pytest.mark.parametrize(
    ("form", "taken"),
    [("Oral Tablet", True), (None, True), ("Topical Cream", False)],
)
def test_a_condition_on_what_else_is_taken_goes_by_the_route(
    form: str | None, taken: bool
) -> None:
    """An adjustment of another medicine's dose asks for the tablet, not the cream."""
    case = Case(amara(form).record, WORLD, TODAY)
    assert case.takes("azole") is taken
    assert case.takes("ketoconazole") is taken


@pytest.mark.parametrize(
    ("form", "route"),
    [
        ("Otic Solution", "otic"),
        ("Vaginal Cream", "vaginal"),
        ("Medicated Shampoo", "topical"),
        ("Ophthalmic Suspension", "ophthalmic"),
    ],
)
def test_a_form_names_where_it_is_put(form: str, route: str) -> None:
    assert route_of_form(form) == route
