"""What the clinician's pages call the closed sets of the record and the review."""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

from concord.record.fold import LineStatus
from concord.record.model import ChangeKind, SettingKind
from concord.review.model import Question
from concord.review.pressing import Pressing
from concord.wording import Message, say


class Found(Protocol):
    """What names a finding: a whole one, or as much of it as a panel keeps."""

    @property
    def id(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def drugs(self) -> tuple[str, ...]: ...
    @property
    def why(self) -> Message: ...


# What each kind of need is called on the panel, alone and counted.
PRESSING = {
    Pressing.INTERRUPTING: "May interrupt a change",
    Pressing.ABNORMAL: "Abnormal result",
    Pressing.OVERDUE: "Overdue",
    Pressing.WORSE: "Getting worse",
    Pressing.NOT_SEEN: "Not seen in time",
    Pressing.OPEN: "Open proposal",
}

QUESTIONS = {
    Question.INDICATION: "Indicated?",
    Question.EFFECTIVENESS: "Effective?",
    Question.SAFETY: "Safe?",
    Question.ADHERENCE: "Taken?",
}

# What each rule looks at, as the end of "Could not be checked: …".
RULES = {
    "no-indication": "whether it has a reason",
    "same-ingredient": "whether it stands on the list twice",
    "duplicate-therapy": "whether two medicines do the same",
    "longer-than-intended": "whether it is taken longer than intended",
    "effectiveness": "whether it works",
    "dose-range": "dose",
    "interaction": "interactions",
    "additive-burden": "effects that add up",
    "contraindicating-condition": "conditions that speak against it",
    "allergy": "allergies",
    "pregnancy": "pregnancy",
    "geriatric": "what concerns older people",
    "monitoring": "what should be measured",
    "adherence": "whether it is taken",
}

CHANGES = {
    ChangeKind.STARTED: "Started",
    ChangeKind.DOSE_CHANGED: "Dose changed",
    ChangeKind.HELD: "Put on hold",
    ChangeKind.RESUMED: "Resumed",
    ChangeKind.STOPPED: "Stopped",
    ChangeKind.CORRECTED: "Corrected",
}

SETTINGS = {
    SettingKind.ADMITTED: "In hospital",
    SettingKind.DISCHARGED: "Discharged",
    SettingKind.IN_CUSTODY: "In custody",
    SettingKind.RELEASED: "Released",
    SettingKind.IN_SHELTER: "In a shelter",
    SettingKind.HOME: "At home again",
}

STATUSES = {
    LineStatus.PLANNED: "Planned",
    LineStatus.ACTIVE: "Taken",
    LineStatus.HELD: "On hold",
    LineStatus.STOPPED: "Stopped",
    LineStatus.NEVER: "Never started",
}

TOLD = {
    "sent": "Sent to the pharmacy",
    "cancelled": "Cancelled at the pharmacy",
    "not-yet": "The pharmacy was not told yet",
    "not-needed": "The pharmacy need not be told",
}
PILLS_LEFT = {
    "yes": "pills are left at home",
    "no": "no pills are left at home",
    "unknown": "not known whether pills are left at home",
}

_TITLES = {
    "no-indication": "no reason on record",
    "same-ingredient": "on the list twice",
    "duplicate-therapy": "two medicines do the same",
    "longer-than-intended": "taken longer than intended",
    "effectiveness": "may not be working",
    "dose-range": "dose outside the stated range",
    "interaction": "interaction",
    "additive-burden": "effects that add up",
    "contraindicating-condition": "a condition speaks against it",
    "allergy": "allergy on record",
    "pregnancy": "pregnancy",
    "geriatric": "caution at this age",
    "monitoring": "a measurement",
    "adherence": "may not be taken as agreed",
}


def anchor_of(finding: Found) -> str:
    """Return where a finding stands on a page, without naming its medicines.

    An address may be kept by a browser, so no word of the record may be in it.
    """
    return f"f-{sha256(finding.id.encode()).hexdigest()[:12]}"


def title_of(finding: Found) -> str:
    """Return a finding in a few words: its drugs, and what its rule is about."""
    about = _TITLES.get(finding.rule, finding.rule)
    return f"{' + '.join(finding.drugs)}: {about}" if finding.drugs else about


def brief(finding: Found) -> str:
    """Return the first sentence of why a finding matters; of an interaction its effect.

    A sentence is never cut within: half of one may say the opposite.
    """
    if finding.why.key == "why.interaction":
        return finding.why.values["effect"]
    first, end, _ = say(finding.why).partition(". ")
    return f"{first}." if end else first
