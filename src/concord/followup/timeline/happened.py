"""What happened: side effects, problems, therapy, places, visits, and what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property

from concord.followup.case import Case
from concord.followup.timeline.days import DAY, Days
from concord.followup.timeline.model import (
    DueItem,
    Mark,
    Marks,
    ScoreBand,
    Series,
    TrackName,
)
from concord.followup.timeline.names import Names, words_of
from concord.followup.timeline.scores import of_choices
from concord.followup.timeline.thinning import Result, marks, points
from concord.knowledge.lookup import in_force
from concord.record.model import (
    Condition,
    Observation,
    SettingEvent,
    SettingKind,
)
from concord.terms import Code, PartialDate, Period
from concord.wording.overtime import (
    PLACES,
    PLACES_LEFT,
    PLAIN_PLACES,
    PLAIN_PLACES_LEFT,
    VISITS,
)

# An answer to the checklist of side effects names its effect behind this.
_ITEM = "effect:"
_CHECKLIST = "side-effects"

# What ends a stay: its own counterpart, or what cannot be at the same time.
_ENDS = {
    SettingKind.ADMITTED: {
        SettingKind.ADMITTED,
        SettingKind.DISCHARGED,
        SettingKind.HOME,
    },
    SettingKind.IN_CUSTODY: {
        SettingKind.IN_CUSTODY,
        SettingKind.RELEASED,
        SettingKind.HOME,
    },
    SettingKind.IN_SHELTER: set(SettingKind),
}


class Happened:
    """The rows of what happened to a person, for one timeline."""

    def __init__(self, case: Case, days: Days, names: Names) -> None:
        self._case = case
        self._days = days
        self._names = names

    def _row(
        self, track: TrackName, found: Iterable[Mark], title: str = "", key: str = ""
    ) -> Iterator[Marks]:
        shown = marks(found, self._days)
        if shown:
            named, plain = self._names.of_track(track)
            yield Marks(
                key=key or track,
                track=track,
                title=title or named,
                plain=title or plain,
                marks=shown,
            )

    # --- side effects -------------------------------------------------------------

    @cached_property
    def effects(self) -> dict[str, str]:
        """The common effects that the medicines of the record are known for, by name.

        What was noted stands here only where its words are, letter by letter, an
        effect that is known of a medicine they take or took; that it is one is for
        the team to say. A problem of the problem list stays a problem.
        """
        found: dict[str, str] = {}
        for entry in self._case.agreed:
            for ingredient in entry.line.medicine.ingredients:
                drug = self._case.knowledge.drug_of(ingredient.rxcui)
                for effect in in_force(drug.side_effect if drug else (), self.as_of):
                    if effect.kind == "common":
                        found.setdefault(effect.name.casefold(), effect.name)
        return found

    @property
    def as_of(self) -> date:
        """The day of the case."""
        return self._case.as_of

    def effect_series(self) -> Iterator[Series]:
        """Yield a line for each side effect that was told with a number."""
        told: defaultdict[str, list[Result]] = defaultdict(list)
        measured = set()
        for observation in self._case.record.observations:
            name = self.effect_of(observation)
            if name and observation.quantity and self._dated(observation.at):
                assert observation.at is not None  # noqa: S101 - `_dated` saw to it
                value = observation.quantity.value
                told[name].append((observation.at.first, observation.at, value))
                measured.add(name)
        for name, at, number in self._answered():
            told[name].append((at.first, at, number))
        for name in sorted(told):
            found = points(told[name], self._days)
            # A number of somewhere else is not one of the checklist's answers.
            bands = () if name in measured else self._answers
            if found:
                yield Series(
                    key=f"{TrackName.SIDE_EFFECTS}:{name.casefold()}",
                    track=TrackName.SIDE_EFFECTS,
                    title=_capital(name),
                    plain=_capital(name),
                    unit="{score}",
                    points=found,
                    bands=bands,
                    called_for=True,
                    lowest=bands[0].low if bands else None,
                    highest=bands[-1].high if bands else None,
                )

    @cached_property
    def _answers(self) -> tuple[ScoreBand, ...]:
        """The answers of the checklist, from none to the most."""
        scale = self._case.knowledge.scales.get(_CHECKLIST)
        form = scale.form if scale else None
        return of_choices(form.answers[0]) if form and form.answers else ()

    def _answered(self) -> Iterator[tuple[str, PartialDate, Decimal]]:
        by_item = {"-".join(name.split()): said for name, said in self.effects.items()}
        for response in self._case.record.responses:
            if response.at is None or not self._dated(response.at):
                continue
            for answer in response.answers:
                name = by_item.get(answer.item.removeprefix(_ITEM))
                if name and answer.item.startswith(_ITEM) and answer.number is not None:
                    yield name, response.at, answer.number

    def effect_marks(self) -> Iterator[Marks]:
        """Yield a row for each side effect that was told in words."""
        told: defaultdict[str, list[Mark]] = defaultdict(list)
        for observation in self._case.record.observations:
            name = self.effect_of(observation)
            if name and not observation.quantity and self._dated(observation.at):
                assert observation.at is not None  # noqa: S101 - `_dated` saw to it
                said = observation.value_text or words_of(observation.coded)
                told[name].append(
                    Mark(
                        begins=observation.at.first,
                        on=observation.at,
                        text=said,
                        plain=said,
                    )
                )
        for name in sorted(told):
            key = f"{TrackName.SIDE_EFFECTS}:{name.casefold()}"
            yield from self._row(
                TrackName.SIDE_EFFECTS, told[name], _capital(name), key
            )

    def effect_of(self, observation: Observation) -> str | None:
        """Return the known effect that an observation names, or `None`."""
        said = (observation.text or words_of(observation.codes)).casefold()
        return self.effects.get(said)

    # --- the rest -----------------------------------------------------------------

    def conditions(self) -> Iterator[Marks]:
        """Yield the problems that began, and when they ended where that is known."""
        found = (
            _condition(c)
            for c in self._case.record.conditions
            if self._began(c) and not self._names.is_life(c)
        )
        return self._row(TrackName.CONDITIONS, found)

    def life(self) -> Iterator[Marks]:
        """Yield what happened in a life: as it was noted, or by the code of a problem.

        Something noted is told in its own words.
        """
        coded = [
            _condition(c)
            for c in self._case.record.conditions
            if self._began(c) and self._names.is_life(c)
        ]
        noted = [
            Mark(begins=one.at.first, on=one.at, text=said, plain=said)
            for one in self._case.record.observations
            if one.at is not None and self._dated(one.at) and self._of_life(one)
            if (said := one.value_text or one.text or words_of(one.codes))
        ]
        return self._row(TrackName.LIFE, [*coded, *noted])

    def _of_life(self, observation: Observation) -> bool:
        meant = (n for c in observation.codes for n in self._case.results.meant(c))
        return any(self._names.track_of(name) is TrackName.LIFE for name in meant)

    def _began(self, condition: Condition) -> bool:
        return not condition.refuted and self._dated(condition.onset)

    def therapy(self) -> Iterator[Marks]:
        """Yield courses of therapy, and the sessions that are recorded one by one."""
        courses = [
            _over(one.period, one.text, self.as_of)
            for one in self._case.record.therapies
        ]
        sessions = [
            *(
                _session(visit.period, visit.codes)
                for visit in self._case.record.encounters
                if self._names.is_therapy(visit)
            ),
            *(
                _session(done.at, done.codes)
                for done in self._case.record.procedures
                if done.done and self._names.is_therapy(done)
            ),
        ]
        found = (m for m in (*courses, *sessions) if m and m.begins <= self.as_of)
        return self._row(TrackName.THERAPY, found)

    def visits(self) -> Iterator[Marks]:
        """Yield visits and procedures, without therapy and without stays."""
        stays = {e.on.first for e in self._case.record.settings if e.on}
        found = []
        for visit in self._case.record.encounters:
            start = visit.period.start if visit.period else None
            stayed = start is not None and start.first in stays
            if start is None or stayed or self._names.is_therapy(visit):
                continue
            kind = VISITS.get(visit.kind or "", VISITS[""])
            text = words_of(visit.codes) or kind
            found.append(Mark(begins=start.first, on=start, text=text, plain=kind))
        for done in self._case.record.procedures:
            start = done.at.start if done.at else None
            if start is None or not done.done or self._names.is_therapy(done):
                continue
            text = done.text or words_of(done.codes)
            found.append(Mark(begins=start.first, on=start, text=text, plain=text))
        past = (m for m in found if m.begins <= self.as_of)
        return self._row(TrackName.VISITS, past)

    def places(self) -> Iterator[Marks]:
        """Yield the stays elsewhere; one that nobody ended lasts to the day."""
        dated = sorted(
            (e for e in self._case.record.settings if self._dated(e.on)),
            key=lambda e: (e.on.order if e.on else (), e.id),
        )
        return self._row(TrackName.PLACES, _stays(dated, self.as_of))

    def due(self, items: Iterable[DueItem]) -> Iterator[Marks]:
        """Yield what is due, as it was told."""
        found = (
            Mark(
                begins=item.on,
                on=PartialDate.of(item.on),
                text=item.text,
                plain=item.text,
            )
            for item in items
        )
        return self._row(TrackName.DUE, found)

    def _dated(self, at: PartialDate | None) -> bool:
        return at is not None and at.first <= self.as_of


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _condition(condition: Condition) -> Mark:
    assert condition.onset is not None  # noqa: S101 - asked of dated ones only
    said = condition.text or words_of(condition.codes)
    ended = condition.abated
    return Mark(
        begins=condition.onset.first,
        ends=ended.last + DAY
        if ended and ended.last >= condition.onset.first
        else None,
        on=condition.onset,
        until=ended,
        text=said,
        plain=said,
    )


def _over(period: Period | None, text: str, as_of: date) -> Mark | None:
    start = period.start if period else None
    if start is None:
        return None
    end = period.end if period else None
    last = end.last if end else as_of
    return Mark(
        begins=start.first,
        ends=max(last, start.first) + DAY,
        on=start,
        until=end,
        text=text,
        plain=text,
        open=end is None,
    )


def _session(period: Period | None, codes: tuple[Code, ...]) -> Mark | None:
    start = period.start if period else None
    if start is None:
        return None
    said = words_of(codes)
    return Mark(begins=start.first, on=start, text=said, plain=said)


def _stays(dated: list[SettingEvent], as_of: date) -> Iterator[Mark]:
    for place, event in enumerate(dated):
        ends = _ENDS.get(event.kind)
        if ends is None or event.on is None:
            continue
        later = (e for e in dated[place + 1 :] if e.kind in ends)
        ended = next(later, None)
        last = ended.on.first if ended and ended.on else as_of
        yield Mark(
            begins=event.on.first,
            ends=max(last, event.on.first) + DAY,
            on=event.on,
            until=ended.on if ended else None,
            text=PLACES[event.kind],
            plain=PLAIN_PLACES[event.kind],
            left=PLACES_LEFT[event.kind],
            plain_left=PLAIN_PLACES_LEFT[event.kind],
            open=ended is None,
        )
