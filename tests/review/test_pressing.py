"""What needs a person today: the order, both sides of it, and what is said already."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from builders import THEN
from concord.exchange import Recogniser, read
from concord.followup.case import Case
from concord.followup.due import Due, EventKind, State, What, due
from concord.followup.due import Event as From
from concord.followup.due import Reason as Why
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.index import load
from concord.knowledge.model import Severity
from concord.record.model import Override, Party
from concord.review import Finding, Problem, Question, review
from concord.review.pressing import Pressing, of_due, of_finding, said
from concord.wording import Message

ON = date(2026, 11, 22)
RECORDS = Path("src/concord/web/demo/records")
OVERDUE_WEIGHT = "monitoring:overdue:quetiapine"


def a_finding(
    id: str, severity: Severity = Severity.MODERATE, *, verified: bool = True
) -> Finding:
    return Finding(
        id=id,
        circumstance="c",
        rule=id.split(":", maxsplit=1)[0],
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=severity,
        medications=("m1",),
        drugs=("quetiapine",),
        seen=(Message(key="seen.never-measured", values={"title": "Weight"}),),
        why=Message(key="why.not-measured", values={"condition": "Depression"}),
        options=(),
        sources=(),
        verified=verified,
    )


def an_item(
    what: What = What.MEASUREMENT,
    state: State = State.OVERDUE,
    *,
    severity: Severity = Severity.MODERATE,
    rule: str = "monitoring/weight due[0]",
    text: str = "Weight",
    medicine: str = "m1",
) -> Due:
    why = Why(
        rule=rule,
        event=From(kind=EventKind.START, on=ON - timedelta(days=90)),
        state=state,
        severity=severity,
        medicines=(medicine,),
        text=text,
        due=ON - timedelta(days=30),
        last=ON - timedelta(days=20),
    )
    return Due(
        ask="measure:weight",
        what=what,
        title="Body weight",
        state=state,
        severity=severity,
        reasons=(why,),
        due=why.due,
        last=why.last,
    )


@pytest.mark.parametrize(
    ("finding", "pressing"),
    [
        (a_finding("interaction:x:a+b", Severity.SERIOUS), Pressing.INTERRUPTING),
        # Unverified it never interrupts, and waits among the proposals.
        (a_finding("interaction:x:a", Severity.SERIOUS, verified=False), Pressing.OPEN),
        (
            a_finding("monitoring:anc:clozapine", Severity.SERIOUS),
            Pressing.INTERRUPTING,
        ),
        (a_finding("monitoring:anc:clozapine"), Pressing.ABNORMAL),
        (a_finding(OVERDUE_WEIGHT), Pressing.OVERDUE),
        (a_finding("effectiveness:worse-depression:sertraline"), Pressing.WORSE),
        (a_finding("effectiveness:no-response-depression:x"), Pressing.OPEN),
        (a_finding("no-indication:quetiapine"), Pressing.OPEN),
        (a_finding(OVERDUE_WEIGHT, Severity.MINOR), None),
        (a_finding("monitoring:anc:clozapine", Severity.MINOR), None),
    ],
    ids=lambda value: value.id if isinstance(value, Finding) else str(value),
)
def test_a_finding_presses_by_its_kind_and_from_moderate_on(
    finding: Finding, pressing: Pressing | None
) -> None:
    assert of_finding(finding) is pressing


def test_the_order_is_the_one_that_was_agreed() -> None:
    assert [one.value for one in sorted(Pressing, key=lambda one: one.rank)] == [
        "interrupting",
        "abnormal",
        "overdue",
        "worse",
        "not-seen",
        "open",
    ]


@pytest.mark.parametrize(
    ("item", "pressing"),
    [
        (an_item(), Pressing.OVERDUE),
        (an_item(What.INJECTION), Pressing.OVERDUE),
        (an_item(What.VISIT), Pressing.NOT_SEEN),
        (an_item(What.CONTACT), Pressing.NOT_SEEN),
        (an_item(What.VISIT, State.DUE), None),
        (an_item(What.VISIT, State.NOT_KNOWN), None),
        (an_item(What.VISIT, State.SET_ASIDE), None),
        (an_item(severity=Severity.MINOR), None),
    ],
)
def test_an_item_presses_once_it_is_overdue(
    item: Due, pressing: Pressing | None
) -> None:
    assert of_due(item, ()) is pressing


def test_what_a_finding_says_is_not_said_again() -> None:
    finding = a_finding(OVERDUE_WEIGHT)
    assert said(an_item(), (finding,)) is finding
    assert of_due(an_item(), (finding,)) is None


@pytest.mark.parametrize(
    "item",
    [
        an_item(text="Fasting glucose"),
        an_item(medicine="m2"),
        an_item(rule="monitoring/weight bound[0]"),
        an_item(rule="followup/quetiapine visit[0]"),
        an_item(state=State.DUE),
    ],
)
def test_what_a_finding_does_not_say_stays(item: Due) -> None:
    assert said(item, (a_finding(OVERDUE_WEIGHT),)) is None


def test_what_is_late_for_two_medicines_and_found_of_one_is_not_all_said() -> None:
    one, other = an_item(), an_item(medicine="m2")
    both = msgspec.structs.replace(one, reasons=(*one.reasons, *other.reasons))
    assert said(both, (a_finding(OVERDUE_WEIGHT),)) is None


def test_a_decision_of_the_prescriber_is_more_than_the_finding_says() -> None:
    override = Override(
        id="o",
        ask="measure:weight",
        on=None,
        by=Party(name="Dr. Lee"),
        reason="declined",
        decided=ON,
        recorded_at=THEN,
    )
    item = msgspec.structs.replace(an_item(), override=override)
    assert said(item, (a_finding(OVERDUE_WEIGHT),)) is None


def test_a_form_that_was_not_filled_in_is_said_by_the_response() -> None:
    item = an_item(What.SCALE, rule="followup/ssri response[0]", text="Depression")
    finding = a_finding("effectiveness:not-measured-depression:x", Severity.MINOR)
    assert said(item, (finding,)) is finding
    worse = a_finding("effectiveness:worse-depression:x")
    assert said(item, (worse,)) is None


def test_every_overdue_measurement_of_the_ten_is_in_the_due_list_too() -> None:
    """The review and the list judge by the same dates: neither knows of more."""
    knowledge = load()
    recogniser = Recogniser(load_catalogue(), knowledge)
    told = set()
    for path in sorted(RECORDS.glob("*.json")):
        with path.open("rb") as file:
            record = read(file, recogniser, read_at=THEN, name=path.stem).record
        findings = review(record, knowledge, ON).findings
        items = due(Case(record, knowledge, ON), ON)
        late = {f.id for f in findings if f.id.startswith("monitoring:overdue:")}
        found = {f.id for item in items if (f := said(item, findings)) is not None}
        assert late <= found, path.stem
        told |= late
    assert len(told) >= 3, "the ten have such findings"
