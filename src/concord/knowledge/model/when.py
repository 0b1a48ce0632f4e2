"""Who a value is for: conditions on the person or the regimen, and sides of a rule."""

from __future__ import annotations

from typing import Literal

from concord.terms import Duration, Quantity, Value


class When(Value, frozen=True, kw_only=True):
    """A condition on the person or the regimen; all stated parts must hold.

    Each part that cannot be known from the record makes the whole *unknown*.
    `dose_of` is a drug or group id; `dose_at_least` and `dose_below` are its total
    daily dose.
    `taking` holds where any of its drugs or groups is taken, `not_taking` where none.
    `observation` names an observation id; `below`, `at_most` and `at_least` bound its
    latest value within `within`.
    """

    age_at_least: int | None = None
    age_below: int | None = None
    sex: Literal["female", "male"] | None = None
    condition: str | None = None
    without_condition: str | None = None
    taking: tuple[str, ...] = ()
    not_taking: tuple[str, ...] = ()
    dose_of: str | None = None
    dose_at_least: Quantity | None = None
    dose_below: Quantity | None = None
    route: str | None = None
    observation: str | None = None
    below: Quantity | None = None
    at_most: Quantity | None = None
    at_least: Quantity | None = None
    within: Duration | None = None
    taken_for_less_than: Duration | None = None
    taken_for_at_least: Duration | None = None


class Side(Value, frozen=True, kw_only=True):
    """One side of a rule: members of any of these groups, or any of these drugs.

    A side may instead be a `condition` or an `event` of the person
    (`smoking-stopped`); it holds while the person has it.
    """

    groups: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    except_drugs: tuple[str, ...] = ()
    condition: str | None = None
    event: Literal["smoking-stopped", "smoking-started"] | None = None
    routes: tuple[str, ...] = ()
