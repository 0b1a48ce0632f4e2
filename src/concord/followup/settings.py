"""What follows from a change of setting: admitted, discharged, in custody, released.

Figures and texts are measures of the knowledge; which people and medicines a measure
is for, its `side` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from concord.followup.asked import DAY
from concord.followup.case import Case
from concord.followup.seen import seen
from concord.knowledge.links import drugs_of
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Cited, MeasureValue, MissedDoseRule, Side
from concord.record.agreed import CURRENT, Entry
from concord.record.fold import LineStatus
from concord.record.model import Record, SettingEvent, SettingKind
from concord.terms import Value
from concord.wording import Message

# Others give the medicines there.
AWAY = (SettingKind.ADMITTED, SettingKind.IN_CUSTODY)
_RETURNED = (SettingKind.DISCHARGED, SettingKind.RELEASED)

# The measures that speak of a person who lost tolerance, or may need naloxone.
_TOLERANCE = (
    "lost-tolerance-opioid",
    "lost-tolerance-opioid-use-disorder",
    "lost-tolerance-sedative",
)
_CONTACT_SAID = {
    "contact-after-release": "setting.contact-released",
    "contact-after-discharge": "setting.contact-discharged",
    "contact-after-discharge-suicide-risk": "setting.contact-suicide-risk",
}
_NALOXONE = ("naloxone-in-opioid-use-disorder", "naloxone-with-opioid")


class Follows(StrEnum):
    """What kind of thing follows from a change of setting, in the order shown."""

    PAUSED = "paused"
    KEPT = "kept"
    TREATMENT = "treatment"
    TOLERANCE = "tolerance"
    RESTART = "restart"
    RESCUE = "rescue"
    CONTACT = "contact"
    LIST = "list"


class Basis(Value, frozen=True, kw_only=True):
    """What an implication rests on: a source by name, the place in it, how sure."""

    source: str
    title: str
    locator: str
    status: str
    url: str | None = None


class Implication(Value, frozen=True, kw_only=True):
    """One thing that follows from where a person is, or has just come from.

    `due` is the day by which it is wanted, or until which it holds.
    """

    follows: Follows
    message: Message
    basis: tuple[Basis, ...]
    due: date | None = None


def setting_on(record: Record, as_of: date) -> SettingEvent | None:
    """Return the newest setting event up to a day; an undated one places nobody.

    Of two of one day the one that was told later is the newer.
    """
    told = [e for e in record.settings if e.on is not None and e.on.first <= as_of]
    told.sort(key=_when)
    return told[-1] if told else None


def is_away(event: SettingEvent | None) -> bool:
    """Return whether others give the medicines where a person now is."""
    return event is not None and event.kind in AWAY


def implications(case: Case) -> tuple[Implication, ...]:
    """Return what follows from the person's setting on the day of the case.

    Nothing without a dated event; what was done since (a visit, the list gone
    through) is no longer said.
    """
    event = setting_on(case.record, case.as_of)
    if event is None:
        return ()
    if event.kind in AWAY:
        found = [*_paused(case), *_treatment(case, event)]
    elif event.kind in _RETURNED:
        found = [
            *_tolerance(case, event),
            *_restarts(case, event),
            *_naloxone(case, event),
            *_contact(case, event),
            *_list(case, event),
        ]
    else:
        found = [*_kept(case, event), *_list(case, event)]
    return tuple(found)


# --- away -------------------------------------------------------------------------


def _paused(case: Case) -> Iterator[Implication]:
    value = case.knowledge.threshold("setting-away", "reminders-paused", case.as_of)
    yield _implication(case, Follows.PAUSED, Message(key="setting.paused"), (value,))


def _treatment(case: Case, event: SettingEvent) -> Iterator[Implication]:
    """Yield that treatment of a disorder goes on in custody, where there is one."""
    if event.kind is not SettingKind.IN_CUSTODY:
        return
    measure = "treatment-in-custody"
    if _concerned(case, measure, None) is None:
        return
    value = case.knowledge.threshold(measure, "goes-on", case.as_of)
    message = Message(key="setting.treatment")
    yield _implication(case, Follows.TREATMENT, message, (value,))


def _kept(case: Case, event: SettingEvent) -> Iterator[Implication]:
    if event.kind is not SettingKind.IN_SHELTER:
        return
    value = case.knowledge.threshold("setting-shelter", "kept-safe", case.as_of)
    message = Message(key="setting.kept")
    yield _implication(case, Follows.KEPT, message, (value,))


# --- back -------------------------------------------------------------------------


def _tolerance(case: Case, event: SettingEvent) -> Iterator[Implication]:
    """Yield who may have lost tolerance of what, while the risk is raised."""
    assert event.on is not None  # noqa: S101 - an undated event places nobody
    for measure in _TOLERANCE:
        names = _concerned(case, measure, _left(case, event))
        if names is None:
            continue
        value = case.knowledge.threshold(measure, "risk-days", case.as_of)
        until = days_after(event.on.last, value)
        if case.as_of > until:
            continue
        message = Message(key="setting.tolerance-use-disorder")
        if names:
            message = Message(
                key="setting.tolerance", values={"drugs": ", ".join(names)}
            )
        yield _implication(case, Follows.TOLERANCE, message, (value,), due=until)


def _restarts(case: Case, event: SettingEvent) -> Iterator[Implication]:
    """Yield what the knowledge says of a gap as long as the stay, per medicine.

    Only where the stay's length is known: of the rules whose gap fits into it, the
    longest.
    """
    left = _left(case, event)
    if left is None or left.on is None or event.on is None:
        return
    until = event.on.last
    for taking in case.known:
        assert taking.drug is not None  # noqa: S101 - `known` holds only these
        for entry in case.knowledge.entries_for("missed_doses", taking.drug.id):
            rules: list[MissedDoseRule] = [
                rule
                for rule in in_force(entry.rule, case.as_of)
                if rule.call_team
                and rule.gap is not None
                and rule.gap.after(left.on.last) <= until
                and case.holds(rule.when, taking) is not False
            ]
            if not rules:
                continue
            longest = max(rules, key=lambda rule: _gap_end(rule, until))
            message = Message(
                key="setting.restart",
                values={"drug": taking.name, "action": longest.action},
            )
            yield _implication(case, Follows.RESTART, message, (longest,))


def _naloxone(case: Case, event: SettingEvent) -> Iterator[Implication]:
    """Yield that naloxone is wanted, once, where it is not on the list already."""
    held = case.knowledge.measures["naloxone-at-hand"].side
    drugs = _drugs(case, held) if held else frozenset()
    if any(t.drug is not None and t.drug.id in drugs for t in case.known):
        return
    values = tuple(
        case.knowledge.threshold(measure, "offered", case.as_of)
        for measure in _NALOXONE
        if _concerned(case, measure, _left(case, event)) is not None
    )
    if values:
        message = Message(key="setting.naloxone")
        yield _implication(case, Follows.RESCUE, message, values)


def _contact(case: Case, event: SettingEvent) -> Iterator[Implication]:
    """Yield by when somebody is to be in touch, where nobody has been since.

    The day of the discharge itself does not count.
    """
    assert event.on is not None  # noqa: S101 - an undated event places nobody
    if seen(case).first_from(event.on.last + DAY) is not None:
        return
    measure, value = contacts_wanted(case, event)[0]
    key = _CONTACT_SAID[measure]
    due = days_after(event.on.last, value)
    if case.as_of > due:
        key = "setting.contact-late"
    message = Message(key=key, values={"days": str(value.days)})
    yield _implication(case, Follows.CONTACT, message, (value,), due=due)


def contacts_wanted(
    case: Case, event: SettingEvent
) -> tuple[tuple[str, MeasureValue], ...]:
    """Return within how many days somebody is in touch after a discharge or release.

    Each with its measure, the soonest first.
    """
    if event.kind is SettingKind.RELEASED:
        wanted = [("contact-after-release", "within-days")]
    else:
        wanted = [
            ("contact-after-discharge", "within-days"),
            ("contact-after-discharge", "at-latest-within-days"),
        ]
        graver = "contact-after-discharge-suicide-risk"
        if _concerned(case, graver, None) is not None:
            wanted.insert(0, (graver, "within-days"))
    return tuple(
        (measure, case.knowledge.threshold(measure, name, case.as_of))
        for measure, name in wanted
    )


def list_wanted(case: Case) -> MeasureValue:
    """Return within how many days of a transition the whole list is gone through."""
    return case.knowledge.threshold("setting-list-review", "within-days", case.as_of)


def is_back(event: SettingEvent | None) -> bool:
    """Return whether a person has just come back from where others gave medicines."""
    return event is not None and event.kind in _RETURNED


def _list(case: Case, event: SettingEvent) -> Iterator[Implication]:
    """Yield that the list is to be gone through, where it was not since."""
    assert event.on is not None  # noqa: S101 - an undated event places nobody
    if any(r.on.last >= event.on.first for r in case.record.reconciliations):
        return
    compared = case.knowledge.threshold(
        "setting-list-review", "list-compared", case.as_of
    )
    within = list_wanted(case)
    yield _implication(
        case,
        Follows.LIST,
        Message(key="setting.list"),
        (compared, within),
        due=days_after(event.on.last, within),
    )


# --- what they share --------------------------------------------------------------


def _implication(
    case: Case,
    follows: Follows,
    message: Message,
    cited: tuple[Cited, ...],
    *,
    due: date | None = None,
) -> Implication:
    return Implication(
        follows=follows,
        message=message,
        basis=tuple(basis(case, value) for value in cited),
        due=due,
    )


def basis(case: Case, value: Cited) -> Basis:
    """Return what a value rests on, by the name of its source."""
    source = case.knowledge.sources[value.source]
    return Basis(
        source=value.source,
        title=source.title,
        locator=value.locator,
        status=value.status,
        url=source.url,
    )


def _concerned(
    case: Case, measure: str, left: SettingEvent | None
) -> tuple[str, ...] | None:
    """Return the medicines that a measure is for, or `None` where it is not for them.

    No medicine, but not `None`, where it is for a condition of the person.
    What was stopped since the person `left` counts too: they were used to it.
    """
    side = case.knowledge.measures[measure].side
    if side is None:
        return None
    if side.condition is not None:
        return () if case.has(side.condition) else None
    drugs = _drugs(case, side)
    names: dict[str, None] = {}
    for entry in case.agreed:
        if not _counts(entry, left):
            continue
        for ingredient in entry.line.medicine.ingredients:
            drug = case.knowledge.drug_of(ingredient.rxcui)
            if drug is not None and drug.id in drugs:
                names[drug.name] = None
    return tuple(names) or None


def _counts(entry: Entry, left: SettingEvent | None) -> bool:
    state = entry.state
    if state.status in CURRENT:
        return True
    return (
        state.status is LineStatus.STOPPED
        and left is not None
        and left.on is not None
        and state.ended is not None
        and state.ended.last >= left.on.first
    )


def _drugs(case: Case, side: Side) -> frozenset[str]:
    members = {group: tuple(case.knowledge.members(group)) for group in side.groups}
    return frozenset(drugs_of(side, members))


def _left(case: Case, event: SettingEvent) -> SettingEvent | None:
    """Return the event with which the time away began that this event ended."""
    before = [e for e in case.record.settings if e.on is not None and e.kind in AWAY]
    before = [e for e in before if _when(e) <= _when(event)]
    return max(before, key=_when, default=None)


def _when(event: SettingEvent) -> tuple[object, ...]:
    assert event.on is not None  # noqa: S101 - asked of dated events only
    return event.on.order


def days_after(day: date, value: MeasureValue) -> date:
    """Return the day so many days after another as a value of a measure states.

    Raises `KeyError` where it states none: knowledge is checked for this.
    """
    if value.days is None:
        msg = f"{value.name!r} states no days"
        raise KeyError(msg)
    return day + timedelta(days=int(value.days))


def _gap_end(rule: MissedDoseRule, until: date) -> date:
    return rule.gap.after(until) if rule.gap else until
