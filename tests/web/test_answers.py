"""Answers: asked before it is saved, kept with a reason, shown to the next, counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.web.clinic import LATER, NOW, Clinic, own
from tests.web.taking import (
    LITHIUM_AND_ACE_INHIBITOR,
    LITHIUM_AND_NSAID,
    TOO_MUCH_SERTRALINE,
    changes,
    in_spite_of,
    orders,
)

from builders import daily, day
from concord.errors import (
    DeniedError,
    ImpossibleChangeError,
    MustAnswerError,
    RepeatedKeyError,
)
from concord.record import model as rec
from concord.review import Decision, Finding, Reason
from concord.web.chart.actions import answering, medicines, reading
from concord.web.chart.actions.reading import Reviewed
from concord.web.chart.models import Entry, FindingAnswer, MedicationChange
from concord.web.chart.policy import Actor, Purpose

DAY = timedelta(days=1)


def reviewed(clinic: Clinic, actor: Actor | None = None, now: Any = LATER) -> Reviewed:
    return reading.read_review(
        actor=actor or clinic.ruth,
        person=clinic.amara,
        purpose=Purpose.TREATMENT,
        now=now,
    )


def asked(what: Any, *args: Any, **more: Any) -> tuple[Finding, ...]:
    """What hinders a change, and that nothing of it was saved."""
    before = MedicationChange.objects.count()
    with pytest.raises(MustAnswerError) as raised:
        what(*args, **more)
    assert MedicationChange.objects.count() == before
    return raised.value.findings


def reports_ibuprofen(clinic: Clinic) -> None:
    """Put a serious finding there that interrupted nobody."""
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    orders(
        own(clinic.amara),
        clinic.amara,
        "ibuprofen",
        "400 mg",
        kind=rec.LineKind.REPORT,
        purpose=Purpose.OWN,
    )


def answers(clinic: Clinic, finding: Finding, /, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "actor": clinic.ruth,
        "person": clinic.amara,
        "finding": finding.id,
        "circumstance": finding.circumstance,
        "decision": Decision.ACCEPTED,
        "reason": None,
        "words": None,
        "owner": "Noor",
        "check_on": None,
        "to_do": None,
        "purpose": Purpose.TREATMENT,
        "key": uuid4(),
        "now": NOW,
    }
    return answering.answer(**(given | more))


def the_finding(clinic: Clinic) -> Finding:
    (finding,) = reviewed(clinic).review.findings
    return finding


# --- asked before it is saved -----------------------------------------------------


def test_a_start_that_causes_a_grave_finding_is_not_saved_without_a_reason(
    clinic: Clinic,
) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    findings = asked(orders, clinic.ruth, clinic.amara, "lisinopril", "10 mg")
    assert [f.id for f in findings] == [LITHIUM_AND_ACE_INHIBITOR]
    entry = Entry.objects.filter(subject=clinic.amara).order_by("number").last()
    assert entry is not None
    assert (entry.outcome, entry.reason) == ("refused", "must-answer")


def test_an_override_is_kept_and_shown_to_the_next_reader(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    (finding,) = asked(orders, clinic.ruth, clinic.amara, "lisinopril", "10 mg")
    override = in_spite_of(finding, Reason.OTHER, "until the clinic on Friday")
    orders(clinic.ruth, clinic.amara, "lisinopril", "10 mg", overrides=(override,))
    seen = reviewed(clinic, clinic.farah)
    (answer,) = seen.answers
    assert answer.override
    assert (answer.by, answer.at) == ("Ruth", NOW)
    assert answer.reason is Reason.OTHER
    assert answer.words == "until the clinic on Friday"
    assert [f.id for f in seen.settled.answered] == [LITHIUM_AND_ACE_INHIBITOR]


@pytest.mark.parametrize("wrong", ["finding", "circumstance"])
def test_a_reason_for_something_else_is_no_reason(clinic: Clinic, wrong: str) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    (finding,) = asked(orders, clinic.ruth, clinic.amara, "lisinopril", "10 mg")
    given = {"finding": finding.id, "circumstance": finding.circumstance}
    override = answering.Override(
        **(given | {wrong: "another"}), reason=Reason.MONITORED
    )
    overrides = (override,)
    asked(orders, clinic.ruth, clinic.amara, "lisinopril", "10 mg", overrides=overrides)
    assert reviewed(clinic).answers == ()


def test_an_override_that_nothing_asked_for_is_not_kept(clinic: Clinic) -> None:
    override = answering.Override(
        finding="none", circumstance="none", reason=Reason.BENEFIT
    )
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg", overrides=(override,))
    assert FindingAnswer.objects.count() == 0


@pytest.mark.parametrize("words", [None, "", "  "])
def test_another_reason_needs_words(words: str | None) -> None:
    with pytest.raises(ImpossibleChangeError):
        answering.Override(
            finding="f", circumstance="c", reason=Reason.OTHER, words=words
        )


def test_what_a_person_reports_is_shown_and_never_hindered(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    assert the_finding(clinic).id == LITHIUM_AND_NSAID


def test_an_increase_asks_and_a_decrease_never_does(clinic: Clinic) -> None:
    line = orders(clinic.ruth, clinic.amara, "sertraline", "50 mg")

    def to(dose: str, **more: Any) -> str:
        return changes(
            medicines.change_dose,
            clinic.ruth,
            clinic.amara,
            line,
            dosage=(daily(dose),),
            **more,
        )

    (finding,) = asked(to, "500 mg")
    assert finding.id == TOO_MUCH_SERTRALINE
    to("500 mg", overrides=(in_spite_of(finding),), now=NOW + timedelta(seconds=1))
    # Still above the most, and another circumstance; but it is less.
    to("400 mg", now=NOW + timedelta(seconds=2))
    (again,) = asked(to, "450 mg", now=NOW + timedelta(seconds=3))
    assert again.id == finding.id
    assert again.circumstance != finding.circumstance


def test_a_hold_and_a_stop_never_ask_and_a_restart_does(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    line = _held_lisinopril(clinic)
    (finding,) = asked(
        changes, medicines.resume, clinic.ruth, clinic.amara, line, now=NOW + 31 * DAY
    )
    assert finding.id == LITHIUM_AND_ACE_INHIBITOR
    changes(
        medicines.resume,
        clinic.ruth,
        clinic.amara,
        line,
        effective=day("2026-12-23"),
        now=NOW + 31 * DAY,
        overrides=(in_spite_of(finding),),
    )
    changes(
        medicines.stop,
        clinic.ruth,
        clinic.amara,
        line,
        effective=day("2026-12-23"),
        now=NOW + 31 * DAY + timedelta(seconds=1),
    )


def _held_lisinopril(clinic: Clinic) -> str:
    (finding,) = asked(orders, clinic.ruth, clinic.amara, "lisinopril", "10 mg")
    line = orders(
        clinic.ruth,
        clinic.amara,
        "lisinopril",
        "10 mg",
        overrides=(in_spite_of(finding),),
    )
    changes(medicines.hold, clinic.ruth, clinic.amara, line)
    return line


@pytest.mark.parametrize(("days", "asks"), [(29, False), (30, True)])
def test_what_was_overridden_lately_does_not_ask_again(
    clinic: Clinic, days: int, asks: bool
) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    line = _held_lisinopril(clinic)

    def resumes() -> None:
        now = NOW + days * DAY
        changes(medicines.resume, clinic.ruth, clinic.amara, line, now=now)

    if asks:
        asked(resumes)
    else:
        resumes()


def test_undoing_a_hold_restarts_it_and_asks(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    line = _held_lisinopril(clinic)
    record = reviewed(clinic).record
    hold = next(m for m in record.medications if m.id == line).changes[-1].id
    asked(
        changes,
        medicines.correct,
        clinic.ruth,
        clinic.amara,
        line,
        change=hold,
        becomes=None,
        now=NOW + 60 * DAY,
    )


def test_what_is_said_of_the_pharmacy_stays_with_the_change(clinic: Clinic) -> None:
    told = rec.AtPharmacy(told="sent", by=rec.Party(name="Ruth"), pills_left="yes")
    line = orders(clinic.ruth, clinic.amara, "lithium", "900 mg", pharmacy=told)
    cancelled = rec.AtPharmacy(told="cancelled")
    changes(medicines.stop, clinic.ruth, clinic.amara, line, pharmacy=cancelled)
    (medicine,) = reviewed(clinic).record.medications
    assert [c.pharmacy for c in medicine.changes] == [told, cancelled]
    assert cancelled.pills_left == "unknown"


# --- answered ---------------------------------------------------------------------


def test_an_accepted_finding_is_answered_with_its_owner(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    finding = the_finding(clinic)
    answers(clinic, finding, to_do="stop the ibuprofen")
    seen = reviewed(clinic)
    assert [f.id for f in seen.settled.answered] == [finding.id]
    (answer,) = seen.answers
    assert not answer.override
    assert answer.answer.owner == "Noor"
    assert answer.answer.to_do == "stop the ibuprofen"
    (row,) = reading.read_panel(actor=clinic.noor, now=LATER)
    assert row.needs == ()


def test_a_result_that_is_to_be_looked_at_waits_on_its_day_for_its_owner(
    clinic: Clinic,
) -> None:
    reports_ibuprofen(clinic)
    answers(clinic, the_finding(clinic), check_on=date(2026, 11, 25))
    for days, waits in ((2, False), (3, True)):
        (row,) = reading.read_panel(actor=clinic.noor, now=NOW + days * DAY)
        of_it = [n for n in row.needs if n.finding.id == LITHIUM_AND_NSAID]
        assert bool(of_it) == waits
    assert of_it[0].owner == "Noor"
    assert of_it[0].since == date(2026, 11, 22)


def test_a_finding_is_open_again_in_another_circumstance(clinic: Clinic) -> None:
    line = orders(clinic.ruth, clinic.amara, "sertraline", "50 mg")
    more = {"dosage": (daily("500 mg"),)}
    args = (medicines.change_dose, clinic.ruth, clinic.amara, line)
    (finding,) = asked(changes, *args, **more)
    changes(*args, **more, overrides=(in_spite_of(finding),))
    assert reviewed(clinic).settled.reopened == ()
    less = {"dosage": (daily("400 mg"),), "now": NOW + timedelta(seconds=1)}
    changes(*args, **less)
    settled = reviewed(clinic).settled
    assert [f.id for f in settled.reopened] == [TOO_MUCH_SERTRALINE]


def test_an_answer_to_what_is_no_longer_there_is_refused(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    finding = the_finding(clinic)
    for wrong in ({"circumstance": "older"}, {"finding": "another"}):
        with pytest.raises(ImpossibleChangeError, match="no longer"):
            answers(clinic, finding, **wrong)
    assert reviewed(clinic).answers == ()


def test_to_decline_takes_a_reason_and_another_reason_words(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    finding = the_finding(clinic)
    declined = {"decision": Decision.DECLINED}
    for wrong in ({}, {"reason": Reason.OTHER}, {"reason": Reason.OTHER, "words": " "}):
        with pytest.raises(ImpossibleChangeError):
            answers(clinic, finding, **declined, **wrong)
    answers(clinic, finding, **declined, reason=Reason.CHOICE)
    assert reviewed(clinic).answers[0].reason is Reason.CHOICE


def test_an_answer_is_kept_once_whatever_is_sent_twice(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    finding, key = the_finding(clinic), uuid4()
    first = answers(clinic, finding, key=key)
    assert answers(clinic, finding, key=key) == first
    with pytest.raises(RepeatedKeyError):
        answers(clinic, finding, key=key, owner="Ruth")
    assert FindingAnswer.objects.count() == 1


@pytest.mark.parametrize("name", ["tomas", "cora", "paul", "alma", "olga", "maya"])
def test_only_those_who_treat_answer(clinic: Clinic, name: str) -> None:
    reports_ibuprofen(clinic)
    finding = the_finding(clinic)
    with pytest.raises(DeniedError):
        answers(clinic, finding, actor=getattr(clinic, name))


def test_what_a_part_2_programme_answered_is_seen_there_alone(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    answers(clinic, the_finding(clinic), actor=clinic.hana)
    assert reviewed(clinic).answers == ()
    assert [a.by for a in reviewed(clinic, clinic.hana).answers] == ["Hana"]


def test_an_answer_is_sealed(clinic: Clinic) -> None:
    reports_ibuprofen(clinic)
    answers(clinic, the_finding(clinic), owner="canary", to_do="canary")
    for row in FindingAnswer.objects.values():
        assert "canary" not in repr(row)
        assert "canary" not in repr(bytes(row["content"]))
        assert "ibuprofen" not in repr(bytes(row["content"]))


# --- counted ----------------------------------------------------------------------


def counts(actor: Actor, organisation: UUID | None = None) -> list[tuple[Any, ...]]:
    found = answering.counted(actor=actor, organisation=organisation, now=LATER)
    return [(c.rule, c.fired, c.overridden, c.share) for c in found]


def test_an_interruption_counts_once_and_its_override_with_it(clinic: Clinic) -> None:
    orders(clinic.ruth, clinic.amara, "lithium", "900 mg")
    key = uuid4()
    for _ in range(3):
        (finding,) = asked(
            orders, clinic.ruth, clinic.amara, "lisinopril", "10 mg", key=key
        )
    assert counts(clinic.ruth) == [("interaction", 1, 0, 0)]
    orders(
        clinic.ruth,
        clinic.amara,
        "lisinopril",
        "10 mg",
        key=key,
        overrides=(in_spite_of(finding),),
    )
    assert counts(clinic.ruth) == [("interaction", 1, 1, 1)]
    asked(orders, clinic.ruth, clinic.amara, "ibuprofen", "400 mg")
    assert counts(clinic.alma) == [("interaction", 2, 1, Decimal("0.5"))]


def test_counts_are_of_ones_own_house_and_not_of_anothers_programme(
    clinic: Clinic,
) -> None:
    orders(clinic.hana, clinic.amara, "lithium", "900 mg")
    asked(orders, clinic.hana, clinic.amara, "lisinopril", "10 mg")
    assert counts(clinic.hana) == [("interaction", 1, 0, 0)]
    assert counts(clinic.ruth) == []
    assert counts(clinic.olga) == []
    with pytest.raises(DeniedError):
        counts(clinic.olga, clinic.riverside.id)
    with pytest.raises(DeniedError):
        counts(own(clinic.amara))


@pytest.mark.parametrize(
    ("fired", "overridden", "again"),
    [(100, 90, True), (100, 89, False), (99, 99, False)],
)
def test_a_rule_that_is_overridden_too_often_is_looked_at_again(
    clinic: Clinic, fired: int, overridden: int, again: bool
) -> None:
    kinds = ["fired"] * fired + ["override"] * overridden
    FindingAnswer.objects.bulk_create(
        FindingAnswer(
            person_id=clinic.amara,
            organisation_id=clinic.riverside.id,
            rule="interaction",
            kind=kind,
            content=b"",
            created_at=NOW,
            actor=clinic.ruth.id,
            key=uuid4(),
        )
        for kind in kinds
    )
    (count,) = answering.counted(actor=clinic.ruth, now=LATER)
    assert count.look_again is again


def test_every_reason_has_words() -> None:
    assert all(reason.words for reason in Reason)
    assert len({reason.words for reason in Reason}) == len(Reason)
