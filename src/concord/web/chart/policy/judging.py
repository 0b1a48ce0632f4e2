"""The decision, pure: facts in, an answer out, and what is not listed is denied."""

from __future__ import annotations

from concord.web.chart.models import Power, Role
from concord.web.chart.policy.words import (
    Action,
    ActorKind,
    Decision,
    Facts,
    Hat,
    Obligation,
    Purpose,
)

_TREATING = {
    Action.READ_RECORD,
    Action.WRITE_CARE,
    Action.WRITE_SETTING,
    Action.ASK_SCALE,
    Action.FILL_IN,
    Action.HANDLE_CRISIS,
}
_MEDICAL = _TREATING | {
    Action.RECORD_REPORT,
    Action.WRITE_CLINICAL,
    Action.IMPORT,
    Action.ANSWER,
}

# What takes prescribing authority, whatever the role.
_PRESCRIBING = frozenset({Action.CHANGE_ORDER, Action.OVERRIDE_DUE})

# What each role may do for a person in its care.
CARE: dict[Role, frozenset[Action]] = {
    Role.PRESCRIBER: frozenset(_MEDICAL | _PRESCRIBING),
    Role.PHARMACIST: frozenset(_MEDICAL | _PRESCRIBING),
    Role.NURSE: frozenset(_MEDICAL),
    Role.THERAPIST: frozenset(_TREATING),
    Role.COORDINATOR: frozenset(_TREATING | {Action.RECORD_REPORT, Action.IMPORT}),
    Role.ADMINISTRATOR: frozenset(),
}
# What each role may do in its organisation; none of it shows clinical content.
OFFICE: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Action.READ_OFFICE,
            Action.ADD_PERSON,
            Action.MANAGE_CARE,
            Action.MANAGE_STAFF,
            Action.REVIEW_GLASS,
            Action.SET_AGE_RULE,
            Action.GIVE_LEGAL_GRANT,
        }
    ),
    Role.COORDINATOR: frozenset(
        {Action.READ_OFFICE, Action.ADD_PERSON, Action.MANAGE_CARE}
    ),
}
EMERGENCY_ROLES = frozenset({Role.PRESCRIBER, Role.PHARMACIST, Role.NURSE})
OWN = frozenset(
    {
        Action.READ_RECORD,
        Action.READ_LOG,
        Action.RECORD_REPORT,
        Action.GIVE_GRANT,
        Action.END_GRANT,
        Action.INVITE,
        Action.FILL_IN,
    }
)
# What is of the whole organisation, and of nobody in it by name.
_ALL_OF_IT = {
    Action.MANAGE_STAFF,
    Action.REVIEW_GLASS,
    Action.SET_AGE_RULE,
}
BY_GRANT = {Action.READ_RECORD: Power.READ, Action.RECORD_REPORT: Power.REPORT}
# A parent's grant rests on the child's age alone: without a rule it gives nothing.
_NEEDS_AGE_RULE = "parent"


def _deny(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason)


def _allow(reason: str, *obligations: Obligation) -> Decision:
    return Decision(allowed=True, reason=reason, obligations=obligations)


def judge(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    """Return the decision that these facts allow; what is not listed is denied."""
    match facts.kind:
        case ActorKind.STAFF:
            return _staff(facts, action, purpose)
        case ActorKind.PERSON:
            return _person(facts, action, purpose)
        case ActorKind.CAREGIVER:
            return _caregiver(facts, action, purpose)
        case ActorKind.INSTALL:
            return _install(action, purpose)


def _install(action: Action, purpose: Purpose) -> Decision:
    """Return the decision on what the machine does by itself, or its operator does."""
    founds = action is Action.FOUND and purpose is Purpose.OPERATIONS
    escalates = action is Action.ESCALATE and purpose is Purpose.EMERGENCY
    sends = action is Action.SEND_DUE and purpose is Purpose.TREATMENT
    if founds or escalates or sends:
        return _allow("install")
    return _deny("not-listed")


def _staff(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    hat = facts.hat
    if hat is None:
        return _deny("no-membership")
    if action in OFFICE.get(hat.role, ()):
        return _office(facts, action, purpose)
    if action in (Action.READ_PANEL, Action.READ_COUNTS):
        return _of_ones_own_house(facts, action, purpose)
    if action in (Action.BREAK_GLASS, Action.FIND_PERSON):
        return _emergency(facts, hat, action, purpose)
    if action not in CARE[hat.role]:
        return _deny("role")
    if action is Action.HANDLE_CRISIS and facts.called and not facts.in_care:
        return _on_call(purpose)
    if action in _PRESCRIBING and not hat.prescribes:
        return _deny("no-authority")
    if facts.in_care and purpose is Purpose.TREATMENT:
        notice = (Obligation.PART_2_NOTICE,) if hat.part_2 or facts.glass else ()
        return _allow("in-care", Obligation.MAY_BE_INCOMPLETE, *notice)
    # When somebody is seen next is for who looks after them, not for an emergency.
    if action is Action.OVERRIDE_DUE and not facts.in_care:
        return _deny("not-in-care")
    if facts.glass and purpose is Purpose.EMERGENCY:
        return _allow("emergency", Obligation.TELL_PERSON, Obligation.PART_2_NOTICE)
    return _deny("purpose" if facts.in_care else "not-in-care")


def _emergency(facts: Facts, hat: Hat, action: Action, purpose: Purpose) -> Decision:
    """Return the decision on finding somebody in an emergency, and on the glass."""
    if hat.role not in EMERGENCY_ROLES:
        return _deny("role")
    if purpose is not Purpose.EMERGENCY:
        return _deny("purpose")
    if action is Action.FIND_PERSON:
        here = facts.same_organisation
        return _allow("emergency") if here else _deny("not-found")
    if not facts.person_exists:
        return _deny("not-in-care")
    return _allow("emergency", Obligation.TELL_PERSON, Obligation.PART_2_NOTICE)


def _on_call(purpose: Purpose) -> Decision:
    """Return the decision on a crisis of somebody whom one does not look after.

    It is the crisis alone: the record stays shut, but for a broken glass.
    """
    if purpose is not Purpose.EMERGENCY:
        return _deny("purpose")
    return _allow("on-call", Obligation.TELL_PERSON, Obligation.PART_2_NOTICE)


def _of_ones_own_house(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    """Return the decision on the panel, and on counts that name nobody."""
    panel = action is Action.READ_PANEL
    if panel and facts.hat and Action.READ_RECORD not in CARE[facts.hat.role]:
        return _deny("role")
    if purpose is not (Purpose.TREATMENT if panel else Purpose.OPERATIONS):
        return _deny("purpose")
    if not facts.same_organisation:
        return _deny("not-found")
    part_2 = panel and facts.hat is not None and facts.hat.part_2
    notice = (Obligation.PART_2_NOTICE,) if part_2 else ()
    return _allow("own-house", *notice)


def _office(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    """Return the decision on running an organisation, inside the hat's own walls."""
    if purpose is not Purpose.OPERATIONS:
        return _deny("purpose")
    if not facts.same_organisation:
        return _deny("not-found")
    if action in _ALL_OF_IT:
        return _allow("office")
    if not facts.within:
        return _deny("not-found")
    if action in (Action.MANAGE_CARE, Action.GIVE_LEGAL_GRANT) and not facts.enrolled:
        return _deny("not-found")
    return _allow("office")


def _person(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    if not facts.is_self:
        return _deny("not-in-care")
    if action not in OWN:
        return _deny("not-listed")
    if purpose is not Purpose.OWN:
        return _deny("purpose")
    if not _old_enough(facts, action.value):
        return _deny("age")
    return _allow("own", Obligation.MAY_BE_INCOMPLETE)


def _caregiver(facts: Facts, action: Action, purpose: Purpose) -> Decision:
    power = BY_GRANT.get(action)
    if power is None:
        return _deny("not-listed")
    if power not in powers(facts):
        return _deny("not-in-care")
    if purpose is not Purpose.OWN:
        return _deny("purpose")
    return _allow("grant", Obligation.MAY_BE_INCOMPLETE)


def powers(facts: Facts) -> frozenset[str]:
    """Return what a caregiver's grants give now, age considered."""
    return frozenset(
        power
        for basis, given in facts.grants
        for power in given
        if _old_enough(facts, f"{basis}:{power}", needs_rule=basis == _NEEDS_AGE_RULE)
    )


def _old_enough(facts: Facts, subject: str, *, needs_rule: bool = False) -> bool:
    """Whether the age rules of a subject all hold; an unknown age holds none."""
    limits = [limit for limit in facts.limits if limit.subject == subject]
    if not limits:
        return not needs_rule
    if facts.age is None:
        return False
    youngest, oldest = facts.age
    return all(
        (limit.from_years is None or youngest >= limit.from_years)
        and (limit.until_years is None or oldest < limit.until_years)
        for limit in limits
    )
