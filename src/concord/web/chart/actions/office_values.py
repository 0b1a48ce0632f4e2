"""What an office sees, as values: names and spans, nothing clinical."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from concord.terms import Value
from concord.web.chart.models import Basis, Power, Role


class Part(Value, frozen=True, kw_only=True):
    """A programme of the organisation."""

    id: UUID
    name: str
    part_2: bool


class Enrolled(Value, frozen=True, kw_only=True):
    """A person in the care of the organisation, or of one of its programmes."""

    id: UUID
    person: UUID
    name: str
    programme: Part | None
    since: datetime


class Authority(Value, frozen=True, kw_only=True):
    """What a membership may order, where, by which rule, until when."""

    id: UUID
    jurisdiction: str
    schedules: tuple[str, ...]
    source: str
    until: datetime | None


class Member(Value, frozen=True, kw_only=True):
    """Someone of the staff under one membership; the same one may have several."""

    id: UUID
    staff: UUID
    name: str
    role: Role
    programme: Part | None
    since: datetime
    authorities: tuple[Authority, ...] = ()


class Care(Value, frozen=True, kw_only=True):
    """Who looks after whom, since when."""

    id: UUID
    person: Enrolled
    by: Member
    since: datetime


class Covering(Value, frozen=True, kw_only=True):
    """Whose care relationships somebody has while the other is away."""

    id: UUID
    absent: Member
    by: Member
    since: datetime
    until: datetime | None
    begun: bool


class Proxy(Value, frozen=True, kw_only=True):
    """What a parent or guardian may do with the record of a person."""

    id: UUID
    person: Enrolled
    name: str
    basis: Basis
    powers: tuple[Power, ...]
    since: datetime
    until: datetime | None


class Rule(Value, frozen=True, kw_only=True):
    """From or until which age something holds, and where that is said."""

    id: UUID
    subject: str
    from_years: int | None
    until_years: int | None
    source: str
    locator: str


class Office(Value, frozen=True, kw_only=True):
    """An organisation as its office sees it; `runs_staff` where it may change staff."""

    id: UUID
    name: str
    phone: str
    zone: str
    programme: UUID | None
    runs_staff: bool
    programmes: tuple[Part, ...]
    people: tuple[Enrolled, ...]
    staff: tuple[Member, ...]
    care: tuple[Care, ...]
    covers: tuple[Covering, ...]
    proxies: tuple[Proxy, ...]
    rules: tuple[Rule, ...]
