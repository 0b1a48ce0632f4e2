"""The words of the policy: who asks, what, of whose record, what for; the answer."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from concord.terms import Value
from concord.web.chart.models import Role


class ActorKind(StrEnum):
    """What an actor is; `install` is whoever runs commands on the machine itself."""

    STAFF = "staff"
    CAREGIVER = "caregiver"
    PERSON = "person"
    INSTALL = "install"


class Actor(Value, frozen=True, kw_only=True):
    """Who acts; staff act under one membership at a time."""

    kind: ActorKind
    id: UUID
    membership: UUID | None = None


class Action(StrEnum):
    """What can be asked for."""

    READ_RECORD = "read_record"
    READ_LOG = "read_log"
    CHANGE_ORDER = "change_order"
    OVERRIDE_DUE = "override_due"
    RECORD_REPORT = "record_report"
    WRITE_CLINICAL = "write_clinical"
    WRITE_CARE = "write_care"
    WRITE_SETTING = "write_setting"
    IMPORT = "import"
    GIVE_GRANT = "give_grant"
    END_GRANT = "end_grant"
    BREAK_GLASS = "break_glass"
    READ_OFFICE = "read_office"
    ADD_PERSON = "add_person"
    MANAGE_CARE = "manage_care"
    MANAGE_STAFF = "manage_staff"
    FOUND = "found"
    READ_PANEL = "read_panel"
    READ_COUNTS = "read_counts"
    ANSWER = "answer"
    FIND_PERSON = "find_person"
    INVITE = "invite"
    REVIEW_GLASS = "review_glass"
    SET_AGE_RULE = "set_age_rule"
    GIVE_LEGAL_GRANT = "give_legal_grant"
    ASK_SCALE = "ask_scale"
    FILL_IN = "fill_in"
    HANDLE_CRISIS = "handle_crisis"
    ESCALATE = "escalate"
    SEND_DUE = "send_due"


class Purpose(StrEnum):
    """What for."""

    TREATMENT = "treatment"
    EMERGENCY = "emergency"
    OWN = "own"
    OPERATIONS = "operations"


class Obligation(StrEnum):
    """What must go with an allowed action."""

    MAY_BE_INCOMPLETE = "may_be_incomplete"
    PART_2_NOTICE = "part_2_notice"
    TELL_PERSON = "tell_person"


class Resource(Value, frozen=True, kw_only=True):
    """What is acted on: a person's record, an organisation, one of its programmes."""

    person: UUID | None = None
    organisation: UUID | None = None
    programme: UUID | None = None


class Decision(Value, frozen=True, kw_only=True):
    """Whether it is allowed, why, and what must go with it."""

    allowed: bool
    reason: str
    obligations: tuple[Obligation, ...] = ()


class Hat(Value, frozen=True, kw_only=True):
    """The membership under which staff act, where it holds now."""

    membership: UUID
    role: Role
    organisation: UUID
    programme: UUID | None = None
    part_2: bool = False
    prescribes: bool = False
    zone: str = "UTC"


class Limit(Value, frozen=True, kw_only=True):
    """An age rule: from an age, inclusive, or until one, exclusive."""

    subject: str
    from_years: int | None = None
    until_years: int | None = None


class Facts(Value, frozen=True, kw_only=True):
    """All that a decision rests on, as it is now.

    `age` is the youngest and the oldest age possible, `None` where nothing is known.
    `within` says whether the resource lies where the hat may administer.
    `called` says that the hat was told of an open crisis of the person, as on call.
    """

    kind: ActorKind
    hat: Hat | None = None
    person_exists: bool = False
    is_self: bool = False
    in_care: bool = False
    glass: bool = False
    called: bool = False
    enrolled: bool = False
    same_organisation: bool = False
    within: bool = False
    grants: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[Limit, ...] = ()
    age: tuple[int, int] | None = None
