"""What the scales of a person say now, beside what they said before."""

from __future__ import annotations

from decimal import Decimal

from concord.followup.answered import Scored
from concord.followup.case import Case
from concord.followup.remission import Kept, kept_of
from concord.followup.response import Judged, judge
from concord.followup.results import Measured
from concord.followup.scoring import NoTotal, Suicide, band_of
from concord.followup.settings import Basis, basis
from concord.knowledge.model import Band, Scale
from concord.terms import PartialDate, Value
from concord.web.clinician.scales.said import Said, answers_said
from concord.wording import number

SUICIDE = {
    Suicide.FLAGGED: "Question on suicide: answered above zero",
    Suicide.NOT_FLAGGED: "Question on suicide: answered zero",
    Suicide.NOT_ASSESSED: "Question on suicide: not assessed",
}


class Part(Value, frozen=True, kw_only=True):
    """A part of a scale with a score of its own."""

    title: str
    total: Decimal | None
    band: str


class Row(Value, frozen=True, kw_only=True):
    """One result of one scale: on a day, its band, and how it changed since before.

    `missing` counts scored questions that were left open; `prorated` says that the
    total was made up in spite of them. `suicide` is said of a form alone: a total that
    came by itself says nothing.
    """

    on: PartialDate
    total: Decimal | None
    band: Band | None
    before: Measured | None = None
    judged: Judged | None = None
    missing: int = 0
    prorated: bool = False
    by_design: bool = False
    suicide: str = ""
    suicide_counts: bool = False
    parts: tuple[Part, ...] = ()
    criteria: tuple[tuple[str, bool | None], ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What it means, a line each: band, parts, readings of items."""
        found = [self.band.title] if self.band else []
        if not self.band and self.total is None and not self.by_design:
            found.append("Too much was left open for a total")
        for part in self.parts:
            if part.total is not None:
                band = f" ({part.band})" if part.band else ""
                found.append(f"{part.title}: {number(part.total)}{band}")
        met = {None: "not known", True: "met", False: "not met"}
        found += [f"{title}: {met[is_]}" for title, is_ in self.criteria]
        return tuple(found)


class ScaleResults(Value, frozen=True, kw_only=True):
    """A scale with its results, the newest first, and how long remission was kept.

    `source` is that of the time after which remission counts as sustained.
    """

    scale: Scale
    rows: tuple[Row, ...]
    kept: Kept | None = None
    source: Basis | None = None

    @property
    def latest(self) -> Row:
        """The newest result."""
        return self.rows[0]


def results_of(case: Case) -> tuple[ScaleResults, ...]:
    """Return every scale of which the record has a result, the newest first."""
    forms: dict[str, list[Scored]] = {}
    for form in case.scored:
        forms.setdefault(form.scale, []).append(form)
    found = []
    for scale in case.knowledge.scales.values():
        rows = _rows(case, scale, forms.get(scale.id, []))
        if rows:
            held = kept_of(case, scale)
            row = held.row if held else None
            found.append(
                ScaleResults(
                    scale=scale,
                    rows=tuple(reversed(rows)),
                    kept=held,
                    source=basis(case, row) if row else None,
                )
            )
    return tuple(
        sorted(found, key=lambda s: (s.latest.on.order, s.scale.id), reverse=True)
    )


def _rows(case: Case, scale: Scale, forms: list[Scored]) -> list[Row]:
    """Return the results of a scale, the oldest first, forms and totals alike."""
    measured = list(case.results.of(scale.id))
    of_forms = {(f.on, f.score.total) for f in forms}
    responses = {one.id: one for one in case.record.responses}
    rows = [
        _of_form(scale, form, measured, answers_said(scale, responses[form.response]))
        for form in forms
    ]
    for one in measured:
        if one.quantity is None or (one.on, one.quantity.value) in of_forms:
            continue
        rows.append(_with_change(scale, measured, one.on, one.quantity.value, case))
    return sorted(rows, key=lambda row: row.on.order)


def _of_form(
    scale: Scale, form: Scored, measured: list[Measured], said: tuple[Said, ...]
) -> Row:
    score = form.score
    before, judged = _change(scale, measured, form.on, score.total)
    return Row(
        on=form.on,
        total=score.total,
        band=score.band,
        before=before,
        judged=judged,
        missing=len(score.missing),
        prorated=score.prorated,
        by_design=score.none is NoTotal.NONE_BY_DESIGN,
        suicide=SUICIDE[score.suicide] if score.suicide else "",
        suicide_counts=score.suicide is Suicide.FLAGGED,
        parts=tuple(
            Part(title=p.title, total=p.total, band=p.band.title if p.band else "")
            for p in score.parts
        ),
        criteria=tuple((c.title, c.met) for c in score.criteria),
        said=said,
    )


def _with_change(
    scale: Scale, measured: list[Measured], on: PartialDate, total: Decimal, case: Case
) -> Row:
    before, judged = _change(scale, measured, on, total)
    return Row(
        on=on,
        total=total,
        band=band_of(scale.band, total, case.as_of),
        before=before,
        judged=judged,
        suicide=SUICIDE[Suicide.NOT_ASSESSED] if scale.suicide_item else "",
    )


def _change(
    scale: Scale, measured: list[Measured], on: PartialDate, total: Decimal | None
) -> tuple[Measured | None, Judged | None]:
    """Return the result before this one, and what the two say beside each other."""
    earlier = [m for m in measured if m.on.order < on.order and m.quantity is not None]
    if total is None or not earlier:
        return None, None
    before = earlier[-1]
    assert before.quantity is not None  # noqa: S101 - only such ones are earlier
    return before, judge(scale, before.quantity.value, total)
