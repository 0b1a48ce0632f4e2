"""What is said of missed doses: to staff with its source, to the person in general.

Staff are told what the sources say. The person is told general information that is
labelled as such, and to call their team where a rule says so or nothing is decided; the
machine gives nobody a dose.
"""

from __future__ import annotations

from collections.abc import Iterator

from concord.dosing.missed.advice import Advice, Heard
from concord.dosing.missed.gap import Gap
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import (
    CatchUpDose,
    Cited,
    EducationPoint,
    MissedDoseRule,
    Status,
)
from concord.terms import Duration, Value
from concord.wording import amount, day
from concord.wording.cases import case_words
from concord.wording.missed import (
    ASK,
    CALL,
    DECIDES,
    GENERAL,
    MORE_THAN_ONE,
    NOT_SEEN,
    NOTHING_KNOWN,
    OWN_PRACTICE,
)


class Said(Value, frozen=True, kw_only=True):
    """One thing said, and where it comes from; `case` is for whom or which gap.

    `figures` are what the source asks for in figures: a share of the earlier dose, the
    doses of a restart.
    """

    text: str
    case: str = ""
    figures: tuple[str, ...] = ()
    label: str | None = None
    source: str | None = None
    title: str | None = None
    locator: str | None = None
    status: str | None = None
    note: str | None = None
    call_team: bool = False


class Spoken(Value, frozen=True, kw_only=True):
    """Advice in one voice, in the order in which it is said.

    `needs` is what would decide it, in words; empty where it is decided.
    """

    decided: bool
    call_team: bool
    holds: tuple[Said, ...] = ()
    open: tuple[Said, ...] = ()
    schools: tuple[Said, ...] = ()
    also: tuple[Said, ...] = ()
    needs: tuple[str, ...] = ()
    window: Said | None = None
    general: str = ""


def for_staff(advice: Advice, knowledge: Knowledge) -> Spoken:
    """Return what the sources say, rule by rule, each with its source and status."""
    return Spoken(
        decided=advice.decided,
        call_team=advice.call_team,
        holds=tuple(_said(h, knowledge) for h in advice.holds),
        open=tuple(_said(h, knowledge) for h in advice.open),
        schools=tuple(_said(h, knowledge) for h in advice.schools),
        also=tuple(_said(h, knowledge) for h in advice.also),
        needs=tuple(DECIDES.get(need, need) for need in advice.needs),
        window=_window(advice, knowledge),
        general="" if advice.holds or advice.open else NOTHING_KNOWN,
    )


def for_person(
    advice: Advice, knowledge: Knowledge, told: EducationPoint | None = None
) -> Spoken:
    """Return what the person may be told: general information, or to call their team.

    `told` is the point on missed doses that was written for people, where there is one.
    Where a rule sends to the team, or it is not decided which rule holds, nothing else
    is said: what to do with the dose is theirs. Rules of injections, of gaps and of
    changes of dose are for staff.
    """
    injected = advice.form is not None and advice.form.release == "depot"
    if advice.call_team or not advice.decided or injected:
        call = Said(text=CALL, call_team=True)
        return Spoken(decided=True, call_team=True, holds=(call,), general=GENERAL)
    said = [] if told is None else [_cited(told, told.text, knowledge)]
    if not said:
        rules = [h.rule for h in (*advice.holds, *advice.also) if _general(h.rule)]
        said = [_cited(rule, rule.action, knowledge) for rule in rules[:1]]
    if not said:
        said = [Said(text=ASK)]
    elif _days_missed(advice.gap):
        said.append(Said(text=MORE_THAN_ONE))
    return Spoken(decided=True, call_team=False, holds=tuple(said), general=GENERAL)


def _days_missed(gap: Gap) -> bool:
    days = gap.missed_days
    return days is None or days[1] > 1


def _general(rule: MissedDoseRule) -> bool:
    """Return whether a rule says what anybody does with one forgotten dose."""
    figures = rule.begin_again or rule.give or rule.resume_low or rule.resume_high
    of_a_case = rule.gap is not None or rule.since_last or rule.when is not None
    return not (of_a_case or figures or rule.changes_dose or rule.call_team)


# --- one rule ---------------------------------------------------------------------


def _said(heard: Heard, knowledge: Knowledge) -> Said:
    rule = heard.rule
    return Said(
        text=rule.action,
        case=case_of(rule, knowledge),
        figures=tuple(_figures(rule)),
        label=rule.label,
        source=rule.source,
        title=knowledge.sources[rule.source].title,
        locator=rule.locator,
        status=rule.status.value,
        note=rule.note,
        call_team=rule.call_team,
    )


def case_of(rule: MissedDoseRule, knowledge: Knowledge) -> str:
    """Return for which gap, form and case a rule is.

    >>> from concord.knowledge.model import Status
    >>> case_of(MissedDoseRule(action="x", gap=Duration(2, "day"), source="s",
    ...     locator="l", status=Status.CHECKED), None)
    '2 days or more missed'
    """
    parts = [_gap_words(rule.gap, since_last=rule.since_last)]
    if rule.form is not None:
        parts.append(rule.form)
    if rule.when is not None:
        parts.append(case_words(rule.when, knowledge))
    return ", ".join(parts)


def _gap_words(gap: Duration | None, *, since_last: bool) -> str:
    if gap is None:
        return "any gap"
    if since_last:
        return f"{gap} or more since the last dose"
    return f"{gap} or more {'late' if gap.unit == 'hour' else 'missed'}"


def _figures(rule: MissedDoseRule) -> Iterator[str]:
    low, high = rule.resume_low, rule.resume_high
    shares = [
        f"{share * 100:f}".rstrip("0").rstrip(".") for share in (low, high) if share
    ]
    if shares:
        spread = " to ".join(dict.fromkeys(shares))
        yield f"go on at {spread} % of the earlier dose"
    if rule.begin_again:
        yield "begin again with the first step of the titration"
    for dose in rule.give:
        yield _given(dose)


def _given(dose: CatchUpDose) -> str:
    much = amount(dose.dose) if dose.dose is not None else "the usual dose"
    most = f", at most {amount(dose.at_most)}" if dose.at_most is not None else ""
    how = f" ({dose.text})" if dose.text else ""
    since = dose.after_last
    when = f"day {dose.day}" if since is None else f"{since} after the last one before"
    return f"{when}: {much}{most}{how}"


def _cited(value: Cited, text: str, knowledge: Knowledge) -> Said:
    """Return general information with how far it was read in its source."""
    note = {Status.UNVERIFIED: NOT_SEEN, Status.CONVENTION: OWN_PRACTICE}
    return Said(
        text=text,
        source=value.source,
        title=knowledge.sources[value.source].title,
        locator=value.locator,
        status=value.status.value,
        note=note.get(value.status),
    )


def _window(advice: Advice, knowledge: Knowledge) -> Said | None:
    placed = advice.window
    if placed is None:
        return None
    ahead = placed.window
    first = day(ahead.first) if ahead.first else "no first day is named"
    last = day(ahead.last) if ahead.last else "no last day is named"
    outside = f"{placed.days} day{'' if placed.days == 1 else 's'}"
    stands = {
        "early": f"{outside} too early",
        "open": "in the window",
        "due": "on the day",
        "late": f"{outside} too late",
        "unknown": f"{outside} from that day, where the knowledge names no window",
    }[placed.where]
    text = f"Due {day(ahead.due)} (window: {first} to {last}); {stands}."
    row = ahead.row
    if row is None:
        return Said(text=text, case=placed.form)
    return Said(
        text=text,
        case=placed.form,
        source=row.source,
        title=knowledge.sources[row.source].title,
        locator=row.locator,
        status=row.status.value,
        note=row.note,
    )
