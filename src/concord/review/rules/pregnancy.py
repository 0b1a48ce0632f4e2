"""Does a pregnancy, or its possibility, make a medicine unsuitable?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from concord.followup.case import Case, Taking
from concord.followup.uses import treats
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Reproduction, Severity
from concord.record.model import Sex
from concord.review.building import (
    Rule,
    cited,
    missing,
    seen_taking,
    shown_date,
    text,
    unreadable,
    verified,
)
from concord.review.model import (
    Finding,
    NotApplicable,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.wording import Message

ID = "pregnancy"
_PREGNANCY = "pregnancy"  # the condition

_SEVERITY = {
    "contraindicated": Severity.CONTRAINDICATED,
    "avoid": Severity.SERIOUS,
    "caution": Severity.MODERATE,
    "usually-continue": Severity.MINOR,
}


def pregnancy(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each medicine that a pregnancy, or its possibility, concerns.

    In a recorded pregnancy every stated advice is a finding, "usually continue" as a
    minor one, so that nobody stops it in haste.
    Where pregnancy is possible, only a medicine that calls for contraception is.
    Not applicable to men and outside the childbearing ages; not checked where the sex,
    the age or the state is not known and a medicine would be unsuitable.
    """
    pregnant = case.has(_PREGNANCY) or _tested(case) == "positive"
    if not pregnant:
        if case.sex is Sex.MALE:
            yield NotApplicable(rule=ID, why=Message(key="why-not.male"))
            return
        possible = _childbearing(case)
        if possible is False:
            yield NotApplicable(rule=ID, why=Message(key="why-not.childbearing-age"))
            return
        unknown = []
        if case.sex is not Sex.FEMALE:
            unknown.append("sex")
        if possible is None:
            unknown.append("age")
        if unknown:
            yield missing(case, ID, case.current, unknown)
            return
    for taking in case.known:
        yield from _of(case, taking, pregnant=bool(pregnant))
    yield from unreadable(case, ID)


def _of(case: Case, taking: Taking, *, pregnant: bool) -> Iterator[Outcome]:
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    rows = in_force(taking.drug.pregnancy, case.as_of)
    used = treats(case, taking)
    rows = tuple(r for r in rows if r.indication is None or r.indication in used)
    if not rows:
        yield missing(case, ID, [taking.entry], ["pregnancy-knowledge"])
        return
    if pregnant and _PREGNANCY in used:
        yield Ran(rule=ID)  # taken for the pregnancy itself: folic acid
        return
    gravest = min(rows, key=lambda r: _SEVERITY[r.advice].rank)
    if pregnant:
        yield _finding(case, taking, gravest, _SEVERITY[gravest.advice], "pregnant")
    elif gravest.contraception:
        yield _finding(case, taking, gravest, Severity.SERIOUS, "possible")
    elif gravest.advice in ("contraindicated", "avoid") and not _status_known(case):
        yield missing(case, ID, [taking.entry], ["pregnancy-status"])
    else:
        yield Ran(rule=ID)


def _tested(case: Case) -> str | None:
    """Return what the newest recent pregnancy test says, or `None`."""
    days = case.knowledge.figure("pregnancy-status", "status-within-days", case.as_of)
    result = case.results.latest("pregnancy-test")
    if result is None or result.on.last < case.as_of - timedelta(int(days)):
        return None
    return result.means


def _status_known(case: Case) -> bool:
    return _tested(case) is not None


def _childbearing(case: Case) -> bool | None:
    """Return whether the age is one at which a pregnancy is possible."""
    if case.age is None:
        return None
    low, high = (
        case.knowledge.figure("childbearing", name, case.as_of)
        for name in ("age-from", "age-to")
    )
    youngest, oldest = case.age
    if oldest < low or youngest > high:
        return False
    return True if youngest >= low and oldest <= high else None


def _finding(
    case: Case, taking: Taking, row: Reproduction, severity: Severity, state: str
) -> Finding:
    seen = [seen_taking(case, taking)]
    line = case.condition(_PREGNANCY)
    if line is not None:
        since = shown_date(line.onset)
        key = "seen.condition-since" if since else "seen.condition"
        title = case.knowledge.conditions[_PREGNANCY].title
        seen.insert(0, Message(key=key, values={"condition": title, "since": since}))
    elif state == "pregnant":
        seen.insert(0, Message(key="seen.pregnancy-test"))
    else:
        age = str(case.age[0]) if case.age else ""
        seen.insert(0, Message(key="seen.childbearing", values={"age": age}))
    option = "option.pregnancy" if state == "pregnant" else "option.contraception"
    return Finding(
        id=finding_id(ID, state, [taking.name]),
        circumstance=circumstance(ID, state, row.advice),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=severity,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=tuple(seen),
        why=text(row.text),
        options=(Message(key=option),),
        sources=cited(case, row),
        first_say=Message(key="first.no-abrupt-stop"),
        verified=verified(row),
    )


PREGNANCY = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list", "sex", "age"),
    run=pregnancy,
)
