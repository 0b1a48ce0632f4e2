"""Is each medicine taken, as far as anyone said and as far as the fills reach?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from concord.dosing.supply import Covered, covered
from concord.followup.case import Case
from concord.knowledge.model import Cited, Severity
from concord.record.agreed import Entry, Told
from concord.record.model import Dispensing, DoseEvent, Taken
from concord.review.building import (
    Rule,
    cited,
    missing,
    rule_source,
    text,
    verified,
)
from concord.review.model import (
    Finding,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.wording import Message, day

ID = "adherence"


def adherence(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each medicine that is not taken, or whose supply ran out.

    "Not taken" is somebody's word, never the lack of a log.
    A fill shows that a medicine was supplied; a supply that ran out longer ago than
    the threshold, or that covered too few days, is a reason to ask.
    Without a word and without a fill nothing can be said.
    """
    fills, doses = Told(case.record.dispensings), Told(case.record.dose_events)
    for entry in case.current:
        reported = _reported(case, entry, doses)
        if reported is Taken.NOT_TAKEN:
            yield _not_taken(case, entry)
            continue
        supply = _supply(case, entry, fills)
        if supply is None:
            if reported is Taken.TAKEN:
                yield Ran(rule=ID)
            else:
                yield missing(case, ID, [entry], ["fills-or-report"])
            continue
        finding = _gap(case, entry, supply) or _covered(case, entry, supply)
        yield finding if finding is not None else Ran(rule=ID)


def _lookback(case: Case) -> timedelta:
    days = case.knowledge.figure("adherence-lookback", "lookback-days", case.as_of)
    return timedelta(days=int(days))


def _reported(case: Case, entry: Entry, doses: Told[DoseEvent]) -> Taken:
    """Return what was last said of taking it: by a dose event, else by the lines."""
    events = [
        (dose.at.order, dose.taken)
        for dose in doses.of(entry)
        if dose.taken is not Taken.NOT_LOGGED
        and dose.at is not None
        and case.as_of - _lookback(case) <= dose.at.first <= case.as_of
    ]
    if events:
        return max(events)[1]
    said = {line.taken for line in (entry.line, *entry.also)}
    if Taken.NOT_TAKEN in said:
        return Taken.NOT_TAKEN
    return Taken.TAKEN if Taken.TAKEN in said else Taken.NOT_LOGGED


def _supply(case: Case, entry: Entry, fills: Told[Dispensing]) -> Covered | None:
    since = max(case.as_of - _lookback(case), _began(entry))
    return covered(fills.of(entry), case.as_of, since)


def _began(entry: Entry) -> date:
    """Return the first day of the present directions, renewals counted as one."""
    starts = [entry.state.since, *(c.effective for o in entry.also for c in o.changes)]
    return min((s.first for s in starts if s is not None), default=date.min)


def _not_taken(case: Case, entry: Entry) -> Finding:
    reasons = [
        line.not_taken_reason
        for line in (entry.line, *entry.also)
        if line.not_taken_reason
    ]
    source = rule_source(case, "not-taken")
    values = {"drug": _name(entry), "reason": "; ".join(reasons)}
    key = "seen.not-taken-reason" if reasons else "seen.not-taken"
    return _finding(
        case,
        entry,
        cause="not-taken",
        severity=Severity.MODERATE,
        seen=Message(key=key, values=values),
        why=text(source.text),
        row=source,
        facts=values["reason"],
    )


def _gap(case: Case, entry: Entry, supply: Covered) -> Finding | None:
    row = case.knowledge.threshold("refill-gap", "late-refill-days", case.as_of)
    late = (case.as_of - supply.until).days
    if row.days is None or late <= row.days:
        return None
    values = {
        "drug": _name(entry),
        "until": day(supply.until),
        "days": str(late),
    }
    return _finding(
        case,
        entry,
        cause="refill-gap",
        severity=Severity.MODERATE,
        seen=Message(key="seen.refill-gap", values=values),
        why=Message(key="why.refill-gap"),
        row=row,
        facts=str(supply.until),
    )


def _covered(case: Case, entry: Entry, supply: Covered) -> Finding | None:
    row = case.knowledge.threshold("pdc", "covered-share", case.as_of)
    if row.share is None or supply.share >= row.share:
        return None
    values = {
        "drug": _name(entry),
        "days": str(supply.days),
        "in_days": str(supply.in_days),
        "from_day": day(supply.from_day),
        "percent": str(int(supply.share * 100)),
    }
    return _finding(
        case,
        entry,
        cause="days-covered",
        severity=Severity.MINOR,
        seen=Message(key="seen.covered", values=values),
        why=Message(key="why.covered"),
        row=row,
        facts=values["percent"],
    )


def _name(entry: Entry) -> str:
    ingredients = entry.line.medicine.ingredients
    return " / ".join(i.name for i in ingredients) or entry.line.medicine.text


def _finding(
    case: Case,
    entry: Entry,
    *,
    cause: str,
    severity: Severity,
    seen: Message,
    why: Message,
    row: Cited,
    facts: str,
) -> Finding:
    drugs = tuple(t.name for t in case.takings_of(entry)) or (_name(entry),)
    return Finding(
        id=finding_id(ID, cause, drugs),
        circumstance=circumstance(ID, cause, facts),
        rule=ID,
        question=Question.ADHERENCE,
        problem=Problem.NONADHERENCE,
        severity=severity,
        medications=(entry.id,),
        drugs=drugs,
        seen=(seen,),
        why=why,
        options=(
            Message(key="option.ask-adherence"),
            Message(key="option.fit-remedy"),
        ),
        sources=cited(case, row),
        verified=verified(row),
    )


ADHERENCE = Rule(
    id=ID,
    question=Question.ADHERENCE,
    needs=("medication-list", "fills-or-report"),
    run=adherence,
)
