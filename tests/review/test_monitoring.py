"""What the review makes of a measurement that is overdue or out of range."""

from __future__ import annotations

from typing import Any

from builders import (
    A,
    Said,
    a_person,
    asked,
    cited,
    drug,
    observation,
    some_knowledge,
)
from concord.review.rules.monitoring import MONITORING


def watch(name: str, *drugs: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"watch-{name}",
        "title": name.title(),
        "side": {"drugs": list(drugs)},
        "observation": [name],
        "why": f"why {name}",
        **fields,
    }


def due(**fields: Any) -> dict[str, Any]:
    return cited(phase="repeat", every="6 months", **fields)


HIGH = cited(above="1.2 mmol/L", severity="serious", action="hold", locator="p. 2")
HIGHER = cited(above="2 mmol/L", severity="contraindicated", action="stop")


def ask(person: A, *entries: dict[str, Any], on: str = "2026-11-22") -> Said:
    knowledge = some_knowledge(
        drugs=[drug(d) for d in ("lithium", "valproate", "none")],
        observations=[
            observation("level", "mmol/L", plausible=cited(low="0", high="9")),
            observation("calcium", "mmol/L"),
            observation("weight", "kg"),
        ],
        monitoring=list(entries),
    )
    return asked(MONITORING, person, knowledge, on)


def amara(*drugs: str) -> A:
    person = a_person()
    for name in drugs or ("lithium",):
        person = person.taking(name, "900 mg")
    return person.measured("weight", "70 kg", "2026-01-01")


def test_all_that_is_overdue_of_one_medicine_is_one_finding() -> None:
    entries = (
        watch("level", "lithium", due=[due()]),
        watch("calcium", "lithium", due=[due(severity="serious", locator="p. 3")]),
    )
    measured = amara().measured("level", "1 mmol/L", "2026-02-03T10:00:00Z")
    finding = ask(measured, *entries).one
    assert finding.id == "monitoring:overdue:lithium"
    assert finding.severity == "serious"
    assert finding.why.values == {"text": "why calcium"}
    assert finding.options[0].values == {"titles": "Calcium, Level"}
    assert [m.key for m in finding.seen[1:]] == ["seen.never-measured", "seen.overdue"]
    assert finding.seen[2].values["last"] == "Tue 3 Feb 2026"
    assert finding.seen[2].values["due"] == "Mon 3 Aug 2026"
    assert [s.locator for s in finding.sources] == ["p. 3", "p. 1"]


def test_each_medicine_that_is_overdue_is_a_finding_of_its_own() -> None:
    said = ask(amara("lithium", "valproate"), watch("level", "lithium", "valproate"))
    assert said.checked
    entry = watch("level", "lithium", "valproate", due=[due()])
    both = ask(amara("lithium", "valproate"), entry)
    assert both.ids == (
        "monitoring:overdue:lithium",
        "monitoring:overdue:valproate",
    )


def test_two_lines_of_one_medicine_are_overdue_together() -> None:
    person = amara().taking("lithium", "300 mg", by="x")
    finding = ask(person, watch("level", "lithium", due=[due()])).one
    assert finding.medications == ("m0", "m1")
    keys = [m.key for m in finding.seen]
    assert keys.count("seen.never-measured") == 1


def test_a_result_out_of_range_is_one_finding_with_everyone_it_concerns() -> None:
    entry = watch("level", "lithium", "valproate", bound=[HIGH])
    person = amara("lithium", "valproate").measured("level", "1.3 mmol/L", "2026-11-01")
    finding = ask(person, entry).one
    assert finding.id == "monitoring:level:lithium+valproate"
    assert finding.severity == "serious"
    assert finding.seen[0].key == "seen.result"
    assert [o.values["text"] for o in finding.options] == ["hold"]
    assert [s.locator for s in finding.sources] == ["p. 2"]


def test_of_what_one_result_calls_for_the_gravest_speaks() -> None:
    entries = (
        watch("level", "lithium", bound=[HIGH]),
        watch("level", "valproate", bound=[HIGHER]) | {"id": "other", "why": "grave"},
    )
    person = amara("lithium", "valproate").measured("level", "3 mmol/L", "2026-11-01")
    for order in (entries, entries[::-1]):
        finding = ask(person, *order).one
        assert finding.severity == "contraindicated"
        assert finding.why.values == {"text": "grave"}
        assert {o.values["text"] for o in finding.options} == {"hold", "stop"}


def test_an_unverified_row_never_interrupts() -> None:
    unverified = {"status": "unverified"}
    person = amara().measured("level", "3 mmol/L", "2026-11-01")
    crossed = ask(person, watch("level", "lithium", bound=[HIGH | unverified]))
    assert not crossed.one.interrupts
    late = due(severity="serious")
    assert ask(amara(), watch("level", "lithium", due=[late])).one.interrupts
    overdue = ask(amara(), watch("level", "lithium", due=[late | unverified]))
    assert not overdue.one.interrupts


def test_a_result_that_cannot_be_true_is_asked_for_by_its_name() -> None:
    person = amara().measured("level", "90 mmol/L", "2026-11-01")
    said = ask(person, watch("level", "lithium", bound=[HIGH]))
    assert said.outcome == "not checked"
    (message,) = said.not_checked[0].needs
    assert (message.key, message.values) == ("need.plausible", {"name": "level"})


def test_without_any_result_it_is_not_checked() -> None:
    nothing = a_person().taking("lithium", "900 mg")
    said = ask(nothing, watch("level", "lithium", due=[due()]))
    assert (said.outcome, said.needs) == ("not checked", ("results",))
    no_start = a_person().taking("lithium", since=None)
    assert ask(no_start, watch("level", "lithium", due=[due()])).needs == (
        "start-date",
    )


def test_a_medicine_that_calls_for_nothing_is_checked_unless_unknown() -> None:
    assert ask(amara("none")).outcome == "checked"
    person = amara("none").taking("new").taking_something_called("pill")
    assert ask(person).needs == ("recognised", "drug-knowledge")
