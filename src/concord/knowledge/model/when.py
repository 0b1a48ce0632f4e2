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
    `given_at_least` and `given_fewer_than` are how many doses of it were given so far
    in this course (injections are counted); where nobody counted, enough of them are
    presumed once it was taken for `given_presumed_after`.
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
    given_at_least: int | None = None
    given_fewer_than: int | None = None
    given_presumed_after: Duration | None = None

    def given(self, least: int, most: int | None, *, presumed: bool) -> bool | None:
        """Return whether so many doses were given, `None` where that is not known.

        `least` is how many there were for certain, `most` how many at the most, if that
        is known; `presumed` whether it was taken for `given_presumed_after`.

        >>> When(given_fewer_than=2).given(1, 1, presumed=True)
        True
        """
        wanted = self.given_at_least or self.given_fewer_than or 0
        enough: bool | None = None
        if least >= wanted:
            enough = True
        elif most is not None and most < wanted:
            enough = False
        elif presumed:
            enough = True
        if enough is None or self.given_at_least is not None:
            return enough
        return not enough


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
