"""Sending forms, answering them question by question, finishing them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from concord.errors import DeniedError, ImpossibleChangeError
from concord.followup.answered import TOTAL, questionnaire_of
from concord.followup.case import Case
from concord.followup.scoring import Given, carried, score, score_total
from concord.knowledge.model import Scale
from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.chart import rows
from concord.web.chart.actions import lines
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.actions.crises import open_task
from concord.web.chart.actions.forms import (
    ANSWER,
    END,
    REQUEST,
    ByWhom,
    Finished,
    Form,
    State,
    Told,
    Wanted,
    form_of,
    forms_of,
)
from concord.web.chart.actions.keeping import Holding, keep, seen_record
from concord.web.chart.actions.reviewing import day_in, knowledge, zone_of
from concord.web.chart.models import (
    EndKind,
    ScaleAnswer,
    ScaleEnd,
    ScaleRequest,
)
from concord.web.chart.policy import (
    Action,
    Actor,
    ActorKind,
    Hat,
    Purpose,
    Resource,
    hat_of,
    readers_of,
)
from concord.web.chart.seal import Seal, seal_of

# Which scale asks of side effects: its questions come from the person's medicines.
CHECKLIST = "side-effects"
LONGEST_WORDS = 2000


def send(
    *,
    actor: Actor,
    person: UUID,
    scale: str,
    reader: UUID,
    opens: date,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    every_weeks: int | None = None,
    until: date | None = None,
) -> dict[str, Any]:
    """Send a form to a person, once or every so many weeks until a day, and return ids.

    `reader` is the membership of somebody of the person's care team who reads it.
    All forms of a schedule are kept at once, each for its own weeks, so that none is
    lost or sent twice whatever becomes of the worker.
    Raises `ImpossibleChangeError` for a scale that no person fills in here, a reader
    who does not look after the person, one of the kind that is open already, days that
    do not fit, more forms than the measure `asking` allows.
    """
    ask = _ask(actor, person, Action.ASK_SCALE, purpose, (key, now))

    def write(hat: Hat | None) -> Did:
        found = fillable_by(scale, ByWhom.PERSON)
        check_reader(hat, person, reader, now)
        today = today_of(person, now)
        days = _days(opens, every_weeks, until, today)
        _check_free(actor, person, scale, now)
        series = uuid4() if len(days) > 1 else None
        made = [
            keep_request(
                ask,
                hat,
                Wanted(
                    scale=scale,
                    version=version_of(found),
                    by=ByWhom.PERSON,
                    reader=reader,
                    opens=day,
                    closes=days[place + 1] if place + 1 < len(days) else None,
                    series=series,
                    drugs=_drugs(ask, today) if scale == CHECKLIST else (),
                ),
            )
            for place, day in enumerate(days)
        ]
        return Did(rows=tuple(made), answer={"forms": [str(id_) for id_ in made]})

    return act(ask, [scale, reader, opens, every_weeks, until], write)


def begin_rating(
    *,
    actor: Actor,
    person: UUID,
    scale: str,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Begin a scale that staff fill in after looking at the person; return its id.

    Raises `ImpossibleChangeError` for a scale that is not filled in by staff.
    """
    ask = _ask(actor, person, Action.ASK_SCALE, purpose, (key, now))

    def write(hat: Hat | None) -> Did:
        found = fillable_by(scale, ByWhom.STAFF)
        if hat is None:
            raise DeniedError("no-membership")
        wanted = Wanted(
            scale=scale,
            version=version_of(found),
            by=ByWhom.STAFF,
            reader=hat.membership,
            opens=today_of(person, now),
        )
        id_ = keep_request(ask, hat, wanted)
        return Did(rows=(id_,), answer={"form": str(id_)})

    return act(ask, ["rate", scale], write)


def answer(
    *,
    actor: Actor,
    person: UUID,
    form: UUID,
    given: Given,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    language: str = "en",
) -> dict[str, Any]:
    """Keep an answer to one question; without a value and words it is left open.

    Answers: `number`, and `task` where it opened a crisis task or there is one already.
    Raises `ImpossibleAnswersError` for an answer that the question does not have, and
    `ImpossibleChangeError` for a form that is finished or not open.
    """
    ask = _ask(actor, person, Action.FILL_IN, purpose, (key, now))

    def write(_hat: Hat | None) -> Did:
        found = _open_form(actor, person, form, now)
        _check_words(given)
        score(found.scale, [given], today_of(person, now))
        id_ = _answer(ask, found, given, language)
        task = None
        if _is_flagged(found.scale, given):
            task = open_task(ask, found, given)
        made = (id_, task) if task else (id_,)
        return Did(
            rows=made,
            answer={"answer": str(id_), "task": str(task) if task else None},
        )

    return act(ask, ["answer", form, given, language], write)


def finish(
    *,
    actor: Actor,
    person: UUID,
    form: UUID,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Put a filled-in form on the record, and return its line's id.

    A question that was left open is left open. A short form that leads to its long one
    makes that one, with the answers carried over; its id is then `next`.
    Raises `ImpossibleChangeError` where nothing was answered, or it is finished.
    """
    ask = _ask(actor, person, Action.FILL_IN, purpose, (key, now))

    def write(_hat: Hat | None) -> Did:
        found = _open_form(actor, person, form, now)
        today = today_of(person, now)
        answered = tuple(
            g for g in found.given if g.value is not None or g.text is not None
        )
        if not answered:
            msg = "found no answer, expected one at least; answer a question first"
            raise ImpossibleChangeError(msg)
        result = score(found.scale, answered, today)
        line = _line(found, answered, today)
        holding = Holding(organisation=found.organisation, programme=found.programme)
        kept = keep(ask, holding, rec.Record(), rec.Record(responses=(line,)))
        next_ = None
        if result.long_form is not None:
            next_ = _step_up(ask, found, result.long_form, answered, today)
        finished = Finished(response=line.id, next=next_)
        end = _end(ask, found, EndKind.COMPLETED, finished)
        made = (*kept, end, *([next_] if next_ else []))
        return Did(
            rows=made,
            answer={"line": line.id, "next": str(next_) if next_ else None},
        )

    return act(ask, ["finish", form], write)


def call_off(
    *,
    actor: Actor,
    person: UUID,
    form: UUID,
    purpose: Purpose,
    key: UUID,
    now: datetime,
    with_those_to_come: bool = False,
) -> dict[str, Any]:
    """Say that a form is not wanted any more, alone or with all of its series to come.

    What was answered in it stays in its table. Raises `ImpossibleChangeError` for one
    that is finished.
    """
    ask = _ask(actor, person, Action.ASK_SCALE, purpose, (key, now))

    def write(_hat: Hat | None) -> Did:
        found = form_of(actor=actor, person=person, form=form, now=now)
        if found.state in (State.COMPLETED, State.CALLED_OFF):
            msg = "found a form that is finished, expected one that is still wanted"
            raise ImpossibleChangeError(msg)
        off = [found]
        if with_those_to_come and found.wanted.series is not None:
            off += [
                other
                for other in forms_of(actor=actor, person=person, now=now)
                if other.wanted.series == found.wanted.series
                and other.state is State.TO_COME
                and other.id != found.id
            ]
        ends = [_end(ask, one, EndKind.CALLED_OFF, Finished()) for one in off]
        return Did(rows=tuple(ends), answer={"called_off": len(ends)})

    return act(ask, ["call off", form, with_those_to_come], write)


def enter_total(
    *,
    actor: Actor,
    person: UUID,
    scale: str,
    total: Any,
    on: PartialDate,
    purpose: Purpose,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """Put the total of a form that was filled in elsewhere on the record, with its day.

    A question on suicide in it counts as not assessed.
    Raises `ImpossibleAnswersError` for a total that the scale does not have, and
    `ImpossibleChangeError` for a day to come.
    """
    found = knowledge().scales.get(scale)
    if found is None:
        raise DeniedError("not-found")
    today = today_of(person, now)
    if on.first > today:
        msg = "found a day that is still to come, expected the day it was filled in"
        raise ImpossibleChangeError(msg)
    score_total(found, total, today)
    line = rec.Response(
        id="new",
        questionnaire=questionnaire_of(found),
        at=on,
        answers=(rec.Answer(item=TOTAL, number=total),),
    )
    return lines.add(
        actor=actor, person=person, line=line, purpose=purpose, key=key, now=now
    )


def readers(
    *, actor: Actor, person: UUID, now: datetime
) -> tuple[tuple[UUID, str], ...]:
    """Return who may be named as the reader of a form: membership and name."""
    hat = hat_of(actor, now)
    return readers_of(hat, person, now) if hat else ()


# --- what is checked --------------------------------------------------------------


def fillable(by: ByWhom) -> tuple[Scale, ...]:
    """Return the scales that a person, or staff, fill in here, by their titles."""
    scales = knowledge().scales.values()
    found = [s for s in scales if s.languages and s.form and _by(s) is by]
    return tuple(sorted(found, key=lambda s: s.title))


def totals_only() -> tuple[Scale, ...]:
    """Return the scales of which only a total is entered, by their titles."""
    scales = knowledge().scales.values()
    found = [s for s in scales if not s.languages and s.lowest is not None]
    return tuple(sorted(found, key=lambda s: s.title))


def _by(scale: Scale) -> ByWhom:
    self_report = scale.form is not None and scale.form.who == "self"
    return ByWhom.PERSON if self_report else ByWhom.STAFF


def fillable_by(scale: str, by: ByWhom) -> Scale:
    """Return a scale that a person, or staff, fill in here, or raise."""
    found = knowledge().scales.get(scale)
    if found is None or not found.languages or _by(found) is not by:
        who = "a person" if by is ByWhom.PERSON else "staff"
        msg = f"found a scale that {who} cannot fill in here, expected one of the list"
        raise ImpossibleChangeError(msg)
    return found


def version_of(scale: Scale) -> str:
    """Return the version of a scale's form; nothing where it has none."""
    return scale.form.version if scale.form else ""


def check_reader(hat: Hat | None, person: UUID, reader: UUID, now: datetime) -> None:
    """Raise unless the reader is of the same house and looks after the person now."""
    if hat is None or reader not in {m for m, _ in readers_of(hat, person, now)}:
        msg = (
            "found a reader who does not look after this person here, expected one of "
            "their care team; choose who reads the answers"
        )
        raise ImpossibleChangeError(msg)


def _days(
    opens: date, every_weeks: int | None, until: date | None, today: date
) -> list[date]:
    """Return the day on which each form of a schedule opens."""
    if opens < today:
        msg = "found a first day that is past, expected today or a day to come"
        raise ImpossibleChangeError(msg)
    if every_weeks is None and until is None:
        return [opens]
    most = knowledge().figure("asking", "most-forms", today)
    weeks = knowledge().figure("asking", "most-weeks", today)
    if every_weeks is None or until is None or not 1 <= every_weeks <= weeks:
        msg = (
            f"found half a schedule, expected from 1 to {weeks} weeks between two "
            "forms and the last day; fill in both, or neither"
        )
        raise ImpossibleChangeError(msg)
    if until < opens:
        msg = "found a last day before the first, expected a later one"
        raise ImpossibleChangeError(msg)
    days = []
    day = opens
    while day <= until:
        days.append(day)
        day += timedelta(weeks=every_weeks)
        if len(days) > most:
            msg = (
                f"found more than {most} forms, expected {most} at most; choose an "
                "earlier last day, or more weeks between them"
            )
            raise ImpossibleChangeError(msg)
    return days


def _check_free(actor: Actor, person: UUID, scale: str, now: datetime) -> None:
    for form in forms_of(actor=actor, person=person, now=now):
        same = form.wanted.scale == scale and form.wanted.by is ByWhom.PERSON
        if same and form.state in (State.OPEN, State.TO_COME):
            msg = (
                "found this form sent already and not filled in yet, expected none; "
                "call the other one off first"
            )
            raise ImpossibleChangeError(msg)


def _open_form(actor: Actor, person: UUID, form: UUID, now: datetime) -> Form:
    """Return a form that this actor fills in now, or raise."""
    found = form_of(actor=actor, person=person, form=form, now=now)
    is_person = actor.kind is ActorKind.PERSON
    if is_person is not (found.wanted.by is ByWhom.PERSON):
        raise DeniedError("not-found")
    if found.state is State.COMPLETED:
        msg = "found a form that is sent already; it is on the record as it was"
        raise ImpossibleChangeError(msg)
    if not found.fillable:
        msg = "found a form that is not open now, expected one that waits for answers"
        raise ImpossibleChangeError(msg)
    return found


def _check_words(given: Given) -> None:
    if given.text is not None and len(given.text) > LONGEST_WORDS:
        msg = (
            f"found {len(given.text)} letters, expected {LONGEST_WORDS} at most; "
            "write it shorter"
        )
        raise ImpossibleChangeError(msg)


def _is_flagged(scale: Scale, given: Given) -> bool:
    asks = scale.suicide_item
    if asks is None or given.item != asks.item or given.value is None:
        return False
    return given.value >= asks.from_answer


def _drugs(ask: Ask, on: date) -> tuple[str, ...]:
    case = Case(seen_record(ask), knowledge(), on)
    return tuple(dict.fromkeys(t.drug.id for t in case.known if t.drug))


def today_of(person: UUID, now: datetime) -> date:
    """Return the day that it is for a person."""
    return day_in(zone_of(person, None, now), now)


# --- what is kept -----------------------------------------------------------------


def keep_request(ask: Ask, hat: Hat | Holding | None, wanted: Wanted) -> UUID:
    """Keep a request for a form, within the transaction of an action; return its id."""
    id_ = uuid4()
    ScaleRequest.objects.create(
        id=id_,
        content=_seal(ask).close(id_, REQUEST, rows.encoded(wanted)),
        organisation_id=hat.organisation if hat else None,
        programme_id=hat.programme if hat else None,
        **_made(ask),
    )
    return id_


def _answer(ask: Ask, form: Form, given: Given, language: str, ahead: int = 0) -> UUID:
    id_ = uuid4()
    told = Told(given=given, language=language)
    ScaleAnswer.objects.create(
        id=id_,
        request_id=form.id,
        number=len(form.said) + ahead + 1,
        content=_seal(ask).close(id_, ANSWER, rows.encoded(told)),
        organisation_id=form.organisation,
        programme_id=form.programme,
        **_made(ask),
    )
    return id_


def _end(ask: Ask, form: Form, kind: EndKind, finished: Finished) -> UUID:
    id_ = uuid4()
    ScaleEnd.objects.create(
        id=id_,
        request_id=form.id,
        kind=kind,
        content=_seal(ask).close(id_, END, rows.encoded(finished)),
        organisation_id=form.organisation,
        programme_id=form.programme,
        **_made(ask),
    )
    return id_


def _step_up(
    ask: Ask, form: Form, long_form: str, answered: tuple[Given, ...], today: date
) -> UUID | None:
    """Make the long form that a short one leads to, with its answers carried over."""
    scale = knowledge().scales[long_form]
    if not scale.languages or _by(scale) is not form.wanted.by:
        return None
    holding = Holding(organisation=form.organisation, programme=form.programme)
    wanted = Wanted(
        scale=long_form,
        version=version_of(scale),
        by=form.wanted.by,
        reader=form.wanted.reader,
        opens=today,
        after=form.id,
    )
    id_ = keep_request(ask, holding, wanted)
    longer = form_of(actor=ask.actor, person=form.person, form=id_, now=ask.now)
    for place, given in enumerate(carried(form.scale, answered)):
        language = form.answers[form.given[0].item].language
        _answer(ask, longer, given, language, ahead=place)
    return id_


def _line(form: Form, answered: tuple[Given, ...], on: date) -> rec.Response:
    order = {item.id: place for place, item in enumerate(form.items)}
    return rec.Response(
        id=str(uuid4()),
        holder=rec.Holder(
            organisation=str(form.organisation),
            programme=str(form.programme) if form.programme else None,
        ),
        questionnaire=questionnaire_of(form.scale),
        at=PartialDate.of(on),
        answers=tuple(
            rec.Answer(item=g.item, number=g.value, text=g.text)
            for g in sorted(answered, key=lambda g: order[g.item])
        ),
    )


def _seal(ask: Ask) -> Seal:
    return seal_of(_person(ask))


def _made(ask: Ask) -> dict[str, Any]:
    return {
        "person_id": _person(ask),
        "created_at": ask.now,
        "actor": ask.actor.id,
        "key": ask.key,
    }


def _person(ask: Ask) -> UUID:
    if ask.on.person is None:
        msg = "a form is about a person"
        raise TypeError(msg)
    return ask.on.person


def _ask(
    actor: Actor,
    person: UUID,
    action: Action,
    purpose: Purpose,
    sent: tuple[UUID, datetime],
) -> Ask:
    key, now = sent
    return Ask(
        actor=actor,
        action=action,
        on=Resource(person=person),
        purpose=purpose,
        key=key,
        now=now,
    )
