"""The laws of the record (design §4), on histories that Hypothesis invents."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import THEN, daily, day, started
from concord.errors import ConflictingChangeError
from concord.record.fold import LineStatus, state_on, takes_effect
from concord.record.model import Change, ChangeKind, Dosage
from concord.terms import PartialDate, Quantity

moments = st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001 - the zone is added below
    max_value=datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
partial_dates = st.one_of(
    st.dates(date(2025, 1, 1), date(2026, 12, 31)).map(PartialDate.of),
    st.integers(2025, 2026).map(lambda y: PartialDate.parse(str(y))),
    st.tuples(st.integers(2025, 2026), st.integers(1, 12)).map(
        lambda ym: PartialDate.parse(f"{ym[0]}-{ym[1]:02}")
    ),
    moments.map(PartialDate.of),
)
dosages = st.builds(
    lambda n: (Dosage(dose=Quantity(Decimal(n), "mg")),), st.integers(1, 400)
)


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Changes with ids of their own; some correct an earlier one."""
    plain = [
        Change(
            id=f"c{index}",
            kind=draw(st.sampled_from([k for k in ChangeKind if k != "corrected"])),
            recorded_at=draw(moments),
            effective=draw(st.none() | partial_dates),
            dosage=draw(st.just(()) | dosages),
        )
        for index in range(draw(st.integers(0, 6)))
    ]
    corrections = [
        Change(
            id=f"k{index}",
            kind=ChangeKind.CORRECTED,
            corrects=draw(st.sampled_from([c.id for c in plain])),
            becomes=draw(
                st.none() | st.sampled_from([k for k in ChangeKind if k != "corrected"])
            ),
            recorded_at=draw(moments),
            effective=draw(st.none() | partial_dates),
            dosage=draw(dosages),
        )
        for index in range(draw(st.integers(0, 3)) if plain else 0)
    ]
    return plain + corrections


a_day = st.dates(date(2025, 1, 1), date(2027, 1, 31))


@given(histories(), st.randoms(use_true_random=False), a_day)
def test_the_order_in_which_changes_are_supplied_does_not_matter(
    changes: list[Change], random: object, on: date
) -> None:
    shuffled = list(changes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert state_on(shuffled, on) == state_on(changes, on)
    assert state_on([*changes, *changes], on) == state_on(changes, on)


@given(histories(), histories(), moments, a_day)
def test_for_a_fixed_moment_of_knowing_the_regimen_of_a_day_never_changes(
    changes: list[Change], later: list[Change], known_at: datetime, on: date
) -> None:
    told_later = [
        Change(
            id=f"later-{c.id}",
            kind=c.kind,
            recorded_at=known_at + timedelta(seconds=1 + index),
            effective=c.effective,
            dosage=c.dosage,
            corrects=changes[0].id if c.corrects and changes else None,
            becomes=c.becomes,
        )
        for index, c in enumerate(later)
    ]
    before = state_on(changes, on, known_at)
    assert state_on([*changes, *told_later], on, known_at) == before


@given(histories(), a_day)
def test_the_fold_agrees_with_a_slow_and_obvious_one(
    changes: list[Change], on: date
) -> None:
    assert state_on(changes, on).status == _slow_status(changes, on)


def _slow_status(changes: list[Change], on: date) -> LineStatus:
    """Walk the changes one by one, correcting first, the way one would on paper."""
    standing: dict[str, Change] = {
        c.id: c for c in changes if c.kind is not ChangeKind.CORRECTED
    }
    for c in sorted(changes, key=lambda c: (c.recorded_at, c.id)):
        if c.kind is ChangeKind.CORRECTED and c.corrects in {
            o.id for o in changes if o.kind is not ChangeKind.CORRECTED
        }:
            standing[str(c.corrects)] = c
    real = [c for c in standing.values() if (c.becomes or c.kind) != "corrected"]
    if not real:
        return LineStatus.NEVER
    status = LineStatus.PLANNED
    for c in sorted(real, key=_on_paper):
        if takes_effect(c) > on:
            continue
        match c.becomes or c.kind:
            case ChangeKind.STARTED | ChangeKind.RESUMED:
                status = LineStatus.ACTIVE
            case ChangeKind.HELD:
                status = LineStatus.HELD
            case ChangeKind.STOPPED:
                status = LineStatus.STOPPED
    return status


def _on_paper(c: Change) -> tuple[object, ...]:
    moment = c.effective.order[1] if c.effective else c.recorded_at
    return (takes_effect(c), moment, c.recorded_at, c.id)


def a_change(kind: str, on: str, id: str, **more: object) -> Change:
    return Change(
        id=id,
        kind=ChangeKind(kind),
        recorded_at=THEN,
        effective=day(on),
        **more,  # type: ignore[arg-type]
    )


def test_a_planned_medicine_has_the_directions_with_which_it_will_start() -> None:
    dosage = (daily("50 mg"),)
    changes = [started(on="2026-03-10", dosage=dosage)]
    state = state_on(changes, date(2026, 3, 9))
    assert state.status is LineStatus.PLANNED
    assert state.dosage == dosage


def test_a_medicine_is_planned_the_day_before_it_starts_and_active_on_the_day() -> None:
    changes = [started(on="2026-03-10")]
    assert state_on(changes, date(2026, 3, 9)).status is LineStatus.PLANNED
    assert state_on(changes, date(2026, 3, 10)).status is LineStatus.ACTIVE


def test_a_medicine_is_active_the_day_before_it_stops_and_stopped_on_the_day() -> None:
    changes = [started(), a_change("stopped", "2026-03-10", "stop")]
    assert state_on(changes, date(2026, 3, 9)).status is LineStatus.ACTIVE
    stopped = state_on(changes, date(2026, 3, 10))
    assert stopped.status is LineStatus.STOPPED
    assert stopped.ended == day("2026-03-10")


def test_a_start_of_which_only_the_month_is_known_counts_from_its_first_day() -> None:
    changes = [started(on="2026-03")]
    assert state_on(changes, date(2026, 2, 28)).status is LineStatus.PLANNED
    assert state_on(changes, date(2026, 3, 1)).status is LineStatus.ACTIVE


def test_a_stop_of_which_only_the_month_is_known_counts_from_its_last_day() -> None:
    changes = [started(), a_change("stopped", "2026-03", "stop")]
    assert state_on(changes, date(2026, 3, 30)).status is LineStatus.ACTIVE
    assert state_on(changes, date(2026, 3, 31)).status is LineStatus.STOPPED


def test_a_stop_in_a_month_had_happened_by_the_day_it_was_written_down() -> None:
    stop = Change(
        id="stop",
        kind=ChangeKind.STOPPED,
        recorded_at=datetime(2026, 3, 12, tzinfo=UTC),
        effective=day("2026-03"),
    )
    assert state_on([started(), stop], date(2026, 3, 11)).status is LineStatus.ACTIVE
    assert state_on([started(), stop], date(2026, 3, 12)).status is LineStatus.STOPPED


def test_holding_and_resuming_keep_the_dose_and_the_start() -> None:
    changes = [
        started(dosage=(daily("900 mg"),)),
        a_change("held", "2026-02-01", "hold"),
        a_change("resumed", "2026-02-05", "resume"),
    ]
    held = state_on(changes, date(2026, 2, 4))
    back = state_on(changes, date(2026, 2, 5))
    assert held.status is LineStatus.HELD
    assert back.status is LineStatus.ACTIVE
    assert back.dosage == (daily("900 mg"),)
    assert back.since == day("2026-01-01")


def test_a_change_of_dose_keeps_the_start_and_dates_the_dose() -> None:
    changes = [
        started(dosage=(daily("300 mg"),)),
        a_change("dose_changed", "2026-02-01", "up", dosage=(daily("600 mg"),)),
    ]
    state = state_on(changes, date(2026, 2, 1))
    assert state.since == day("2026-01-01")
    assert state.changed == day("2026-02-01")
    assert state.dosage == (daily("600 mg"),)


def test_a_correction_stands_in_the_place_of_what_it_corrects_and_is_visible() -> None:
    wrong = started(dosage=(daily("900 mg"),))
    right = a_change(
        "corrected",
        "2026-01-01",
        "right",
        corrects="start",
        becomes=ChangeKind.STARTED,
        dosage=(daily("300 mg"),),
    )
    state = state_on([wrong, right], date(2026, 2, 1))
    assert state.dosage == (daily("300 mg"),)
    assert state.corrected
    assert not state_on([wrong], date(2026, 2, 1)).corrected


def test_a_correction_can_say_that_a_change_never_happened() -> None:
    void = Change(
        id="void", kind=ChangeKind.CORRECTED, recorded_at=THEN, corrects="start"
    )
    assert state_on([started(), void], date(2026, 2, 1)).status is LineStatus.NEVER


def test_what_was_known_before_a_correction_stays_as_it_was_known() -> None:
    later = THEN + timedelta(days=30)
    void = Change(
        id="void", kind=ChangeKind.CORRECTED, recorded_at=later, corrects="start"
    )
    on = date(2026, 2, 1)
    assert state_on([started(), void], on, THEN).status is LineStatus.ACTIVE
    assert state_on([started(), void], on, later).status is LineStatus.NEVER


def test_two_different_changes_of_one_id_are_refused_not_chosen_between() -> None:
    with pytest.raises(ConflictingChangeError, match="start"):
        state_on([started(), started(on="2026-02-01")], date(2026, 3, 1))


def test_a_start_without_a_date_counts_from_when_it_was_written_down() -> None:
    change = started(on=None)
    assert state_on([change], THEN.date()).status is LineStatus.ACTIVE
    assert state_on([change], THEN.date()).since is None
    before = THEN.date() - timedelta(days=1)
    assert state_on([change], before).status is LineStatus.PLANNED
