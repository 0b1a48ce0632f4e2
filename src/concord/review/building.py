"""What rules share: how a citation, a need and an unreadable medicine are stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from concord.dosing.daily import DailyAmount
from concord.followup.case import Case, Taking
from concord.followup.results import Measured
from concord.knowledge import model as known
from concord.record.agreed import Entry
from concord.review.model import Cited, NotChecked, Outcome, Question
from concord.terms import PartialDate, Quantity, Value
from concord.wording import Message, day
from concord.wording.amounts import daily, worked_out


class Rule(Value, frozen=True, kw_only=True):
    """A rule: its id, the question it belongs to, and the function that answers it.

    `needs` names the data without which it cannot say anything.
    `of_person`: it asks about the person, whether or not they take anything.
    """

    id: str
    question: Question
    needs: tuple[str, ...]
    run: Callable[[Case], Iterator[Outcome]]
    of_person: bool = False


def cited(case: Case, *values: known.Cited) -> tuple[Cited, ...]:
    """Return the citations of some values, each place once, with the source's title."""
    found: dict[tuple[str, str], Cited] = {}
    for value in values:
        source = case.knowledge.sources.get(value.source)
        found.setdefault(
            (value.source, value.locator),
            Cited(
                id=value.source,
                locator=value.locator,
                title=source.title if source else "",
            ),
        )
    return tuple(found.values())


def rule_source(case: Case, rule: str) -> known.MeasureValue:
    """Return the cited value that says why a rule exists."""
    return case.knowledge.threshold("review-rules", rule, case.as_of)


def verified(*values: known.Cited) -> bool:
    """Return whether no value that a finding rests on is unverified."""
    return all(v.status is not known.Status.UNVERIFIED for v in values)


def need(name: str, **values: str) -> Message:
    """Return the message that names what is missing.

    A need without words of its own is an observation, named as such.
    """
    if name.startswith("plausible-"):
        name, values = "plausible", {"name": name.removeprefix("plausible-")}
    return Message(key=f"need.{name}", values=values)


def needs_of(case: Case, names: Iterable[str]) -> tuple[Message, ...]:
    """Return the messages for some needs, an observation by its title."""
    messages = []
    for name in dict.fromkeys(names):
        plain = name.removeprefix("plausible-")
        if plain in case.knowledge.observations:
            title = case.knowledge.observations[plain].title
            key = "need.observation" if plain == name else "need.plausible"
            messages.append(Message(key=key, values={"name": title}))
        else:
            messages.append(need(name))
    return tuple(messages)


def unreadable(case: Case, rule: str) -> Iterator[NotChecked]:
    """Yield that a rule could say nothing of medicines of which nothing is known."""
    if case.unrecognised:
        yield NotChecked(
            rule=rule,
            medications=tuple(e.id for e in case.unrecognised),
            needs=(need("recognised"),),
        )
    if case.unknown:
        yield NotChecked(
            rule=rule,
            medications=tuple(e.id for e in case.unknown),
            needs=(need("drug-knowledge"),),
        )


def missing(
    case: Case, rule: str, of: Iterable[Entry], needs: Iterable[str]
) -> NotChecked:
    """Return that a check of some medicines lacked something."""
    return NotChecked(
        rule=rule,
        medications=tuple(dict.fromkeys(e.id for e in of)),
        needs=needs_of(case, needs),
    )


def distinct(takings: Iterable[Taking]) -> tuple[Taking, ...]:
    """Return the takings, each once, in their order."""
    return tuple({taking.key: taking for taking in takings}.values())


def together(rows: Iterable[NotChecked]) -> tuple[NotChecked, ...]:
    """Return the rows with one row for each rule and set of needs."""
    merged: dict[tuple[object, ...], NotChecked] = {}
    for row in rows:
        needs = ((n.key, *n.values.items()) for n in row.needs)
        key = (row.rule, *needs)
        if key in merged:
            both = (*merged[key].medications, *row.medications)
            merged[key] = msgspec.structs.replace(
                row, medications=tuple(dict.fromkeys(both))
            )
        else:
            merged[key] = row
    return tuple(merged.values())


# --- what was seen ----------------------------------------------------------------


def shown_date(when: PartialDate | None) -> str:
    """Return a date as people read it, nothing where there is none."""
    return day(when) if when else ""


def coded_date(when: PartialDate | None) -> str | None:
    """Return a date in the form of records: the day of a moment, else as given."""
    if when is None:
        return None
    return when.first.isoformat() if when.moment else str(when)


def seen_taking(case: Case, taking: Taking) -> Message:
    """Return what was seen of a medicine: its name, daily dose and since when."""
    if taking.key not in case.said:
        case.said[taking.key] = _taking(case, taking)
    return case.said[taking.key]


def _taking(case: Case, taking: Taking) -> Message:
    amount = case.daily(taking)
    since = taking.entry.state.since
    values = {"drug": taking.name, "dose": "", "since": shown_date(since)}
    if isinstance(amount, DailyAmount):
        values["dose"] = dose_text(amount, read_from_text=read_from_text(taking.entry))
    dose = "-dose" if values["dose"] else ""
    dated = "-since" if values["since"] else ""
    return Message(key=f"seen.taking{dose}{dated}", values=values)


def read_from_text(entry: Entry) -> bool:
    """Return whether we read the directions in words; a finding then says so."""
    return any(dosage.read_from_text for dosage in entry.state.dosage)


def dose_text(amount: DailyAmount, *, read_from_text: bool = False) -> str:
    """Return an amount in words: `100 mg a day`, `up to 3 mg a day, as needed`."""
    return daily(
        amount.low,
        amount.high,
        single=amount.single,
        as_needed=amount.as_needed,
        days_between=amount.days_between,
        read_from_text=read_from_text,
    )


def plain(quantity: Quantity) -> str:
    """Return an amount that was worked out, in words."""
    return worked_out(quantity)


def seen_result(case: Case, result: Measured) -> Message:
    """Return what was seen of a result: its name, value and date."""
    title = case.knowledge.observations[result.observation].title
    amount = result.quantity
    if amount is not None and result.worked_out:
        amount = Quantity(round(amount.value), amount.unit)
    value = plain(amount) if amount else (result.means or "")
    key = "seen.result-worked-out" if result.worked_out else "seen.result"
    return Message(
        key=key,
        values={"name": title, "value": value, "on": shown_date(result.on)},
    )


def text(words: str) -> Message:
    """Return words of a knowledge file as a message."""
    return Message(key="text", values={"text": words})
