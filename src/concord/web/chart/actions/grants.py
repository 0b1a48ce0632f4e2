"""Grants: what a person lets a caregiver do, and the end of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from concord.errors import DeniedError, ImpossibleChangeError
from concord.web.chart.actions.acting import Ask, Did, act
from concord.web.chart.models import Basis, Caregiver, Grant, Power
from concord.web.chart.policy import Action, Actor, Hat, Purpose, Resource


def give(
    *,
    actor: Actor,
    person: UUID,
    caregiver: str | UUID,
    powers: frozenset[Power],
    key: UUID,
    now: datetime,
    ends_at: datetime | None = None,
) -> dict[str, Any]:
    """Let a caregiver, new by name or known by id, do these things; return both ids.

    Only the person gives a grant, and what they give is of their own choosing.
    """
    ask = _ask(actor, Action.GIVE_GRANT, person, key, now)

    def write(_hat: Hat | None) -> Did:
        return _give(
            person=person,
            caregiver=caregiver,
            basis=Basis.CHOSEN,
            powers=powers,
            now=now,
            ends_at=ends_at,
        )

    return act(ask, [caregiver, sorted(powers), ends_at], write)


def give_by_law(
    *,
    actor: Actor,
    organisation: UUID,
    person: UUID,
    caregiver: str | UUID,
    basis: Basis,
    powers: frozenset[Power],
    key: UUID,
    now: datetime,
    ends_at: datetime | None = None,
) -> dict[str, Any]:
    """Record what the law lets a parent or guardian do; return both ids.

    For an administrator, who has seen the papers, of a person enrolled there.
    What age changes about it stands in the age rules: a parent's grant gives nothing
    without one.
    """
    if basis is Basis.CHOSEN:
        msg = "found a grant of the person's own choice, expected one by law"
        raise ImpossibleChangeError(msg)
    ask = _legal(actor, organisation, person, key, now)

    def write(_hat: Hat | None) -> Did:
        return _give(
            person=person,
            caregiver=caregiver,
            basis=basis,
            powers=powers,
            now=now,
            ends_at=ends_at,
        )

    return act(ask, [caregiver, basis, sorted(powers), ends_at], write)


def end_by_law(
    *,
    actor: Actor,
    organisation: UUID,
    person: UUID,
    grant: UUID,
    key: UUID,
    now: datetime,
) -> dict[str, Any]:
    """End a parent's or guardian's grant now."""
    ask = _legal(actor, organisation, person, key, now)

    def write(_hat: Hat | None) -> Did:
        return _end(Grant.objects.exclude(basis=Basis.CHOSEN), person, grant, now)

    return act(ask, ["end", grant], write)


def end(
    *, actor: Actor, person: UUID, grant: UUID, key: UUID, now: datetime
) -> dict[str, Any]:
    """End a grant now; the caregiver's next request finds nothing.

    A person ends what they chose; what the law gave, an office ends (`end_by_law`).
    """
    ask = _ask(actor, Action.END_GRANT, person, key, now)

    def write(_hat: Hat | None) -> Did:
        return _end(Grant.objects.filter(basis=Basis.CHOSEN), person, grant, now)

    return act(ask, [grant], write)


def _give(
    *,
    person: UUID,
    caregiver: str | UUID,
    basis: Basis,
    powers: frozenset[Power],
    now: datetime,
    ends_at: datetime | None,
) -> Did:
    if isinstance(caregiver, UUID):
        id_ = caregiver
        if not Grant.objects.filter(caregiver=id_, person=person).exists():
            raise DeniedError("not-found")
    else:
        id_ = uuid4()
        Caregiver.objects.create(id=id_, name=caregiver, created_at=now)
    grant = Grant.objects.create(
        caregiver_id=id_,
        person_id=person,
        basis=basis,
        powers=sorted(powers),
        starts_at=now,
        ends_at=ends_at,
    )
    return Did(rows=(grant.id,), answer={"grant": str(grant.id), "caregiver": str(id_)})


def _end(grants: QuerySet[Grant], person: UUID, grant: UUID, now: datetime) -> Did:
    if not grants.filter(id=grant, person=person).update(ends_at=now):
        raise DeniedError("not-found")
    return Did(rows=(grant,), answer={"grant": str(grant)})


def _legal(
    actor: Actor, organisation: UUID, person: UUID, key: UUID, now: datetime
) -> Ask:
    return Ask(
        actor=actor,
        action=Action.GIVE_LEGAL_GRANT,
        on=Resource(person=person, organisation=organisation),
        purpose=Purpose.OPERATIONS,
        key=key,
        now=now,
    )


def _ask(actor: Actor, action: Action, person: UUID, key: UUID, now: datetime) -> Ask:
    return Ask(
        actor=actor,
        action=action,
        on=Resource(person=person),
        purpose=Purpose.OWN,
        key=key,
        now=now,
    )
