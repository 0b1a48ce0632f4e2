"""What a medicine is taken for, as far as the record says."""

from __future__ import annotations

from concord.dosing.indications import stated
from concord.followup.case import Case, Taking


def treats(case: Case, taking: Taking) -> tuple[str, ...]:
    """Return the conditions that a medicine is taken for, as far as is recorded.

    The stated indications where any is understood; else the person's own conditions
    that the medicine is indicated for.
    """
    if taking.key not in case.treated:
        case.treated[taking.key] = _treats(case, taking)
    return case.treated[taking.key]


def _treats(case: Case, taking: Taking) -> tuple[str, ...]:
    broader = case.knowledge.links.broader
    named = stated_conditions(case, taking)
    if named:
        return tuple(dict.fromkeys(b for s in named for b in broader.get(s, (s,))))
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    return tuple(
        dict.fromkeys(
            i.condition for i in taking.drug.indication if case.has(i.condition)
        )
    )


def stated_conditions(case: Case, taking: Taking) -> tuple[str, ...]:
    """Return the conditions that the indications on a medicine's lines mean."""
    return stated(taking.entry, case.condition_lines, case.knowledge)
