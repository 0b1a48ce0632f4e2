"""What to tell a person comes from the drug's own page, then from its class."""

from __future__ import annotations

from datetime import date
from typing import Any

from builders import TODAY, cited, drug, group, some_knowledge
from concord.education import points
from concord.knowledge.lookup import Knowledge


def page(id: str, side: dict[str, Any], *told: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "title": id, "side": side, "point": list(told)}


def knowledge(*pages: dict[str, Any]) -> Knowledge:
    return some_knowledge(
        drugs=[drug("lithium"), drug("sertraline")],
        groups=[group("mood", "lithium", "sertraline")],
        education=list(pages),
    )


OWN = page(
    "lithium",
    {"drugs": ["lithium"]},
    cited(topic="tests", text="You need blood tests."),
    cited(topic="why", text="It steadies your mood."),
)
CLASS = page(
    "mood",
    {"groups": ["mood"]},
    cited(topic="why", text="It helps your mood."),
    cited(topic="missed", text="Never take two doses at once."),
)


def test_a_drugs_own_points_stand_before_those_of_its_class() -> None:
    told = points(knowledge(CLASS, OWN), "lithium", TODAY)
    assert [p.text for p in told] == [
        "You need blood tests.",
        "It steadies your mood.",
        "Never take two doses at once.",
    ]


def test_a_drug_without_a_page_of_its_own_has_what_its_class_has() -> None:
    told = points(knowledge(CLASS, OWN), "sertraline", TODAY)
    assert [p.topic for p in told] == ["why", "missed"]


def test_nothing_written_is_nothing_told() -> None:
    assert points(knowledge(), "lithium", TODAY) == ()


def test_a_point_is_told_from_the_day_it_holds_to_the_day_before_it_ends() -> None:
    dated = cited(topic="why", text="x", since=date(2026, 3, 1), until=date(2026, 6, 1))
    known = knowledge(page("lithium", {"drugs": ["lithium"]}, dated))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [len(points(known, "lithium", day)) for day in days] == [0, 1, 1, 0]


def test_every_point_is_in_short_sentences(knowledge: Knowledge) -> None:
    long = {
        f"{page.id}: {sentence}"
        for page in knowledge.table("education").values()
        for point in page.point
        for sentence in point.text.replace("?", ".").replace("!", ".").split(". ")
        if len(sentence.split()) > 20
    }
    assert long == set()
