"""The sentences of a timeline, for clinicians and for the person, by the same keys.

The person's tell what happened and nothing of what to do about it.
"""

from __future__ import annotations

from concord.record.model import SettingKind

OVER_TIME: dict[str, str] = {
    "started": "{name} started: {after}.",
    "started-dose-unknown": "{name} started; how much a day is not recorded.",
    "raised": "{name} raised from {before} to {after}.",
    "lowered": "{name} lowered from {before} to {after}.",
    "changed": "{name} changed from {before} to {after}.",
    "changed-to": "{name} changed to {after}.",
    "changed-dose-unknown": "{name}: directions changed; how much a day is not known.",
    "held": "{name} put on hold.",
    "resumed": "{name} resumed: {after}.",
    "resumed-dose-unknown": "{name} resumed; how much a day is not recorded.",
    "stopped": "{name} stopped.",
    "score-first": "{name}: {after}.",
    "score-rose": "{name} rose from {before} to {after}.",
    "score-fell": "{name} fell from {before} to {after}.",
    "limit-above": "{name} {after}, above the limit ({limit}).",
    "limit-below": "{name} {after}, below the limit ({limit}).",
    "limit-within": "{name} {after}, within the limits again.",
    "began": "{name} began.",
    "ended": "{name} ended.",
    "happened": "{name}.",
    "effect": "{name} noted, which may be a side effect.",
    "effect-said": "{name} noted ({after}), which may be a side effect.",
    "answer-first": "{name}: {after}.",
    "answer-changed": "{name} changed from {before} to {after}.",
    "stay-began": "{name}.",
    "stay-ended": "{name}.",
}

PLAIN_OVER_TIME: dict[str, str] = {
    "started": "{plain} was put on your list: {after}.",
    "started-dose-unknown": (
        "{plain} was put on your list. How much is not written down."
    ),
    "raised": "{plain} went up from {before} to {after}.",
    "lowered": "{plain} went down from {before} to {after}.",
    "changed": "{plain} changed from {before} to {after}.",
    "changed-to": "{plain} changed to {after}.",
    "changed-dose-unknown": "How you take {plain} changed.",
    "held": "{plain} was put on hold.",
    "resumed": "{plain} is off hold: {after}.",
    "resumed-dose-unknown": "{plain} is off hold.",
    "stopped": "{plain} was stopped.",
    "score-first": "{plain}: {after}.",
    "score-rose": "{plain} went up from {before} to {after}.",
    "score-fell": "{plain} went down from {before} to {after}.",
    "limit-above": "{plain} was {after}. Above {limit} your team looks closer.",
    "limit-below": "{plain} was {after}. Below {limit} your team looks closer.",
    "limit-within": "{plain} was {after}, within the limits again.",
    "began": "{plain} began.",
    "ended": "{plain} ended.",
    "happened": "{plain}.",
    "effect": "{plain} was noted. It may be a side effect.",
    "effect-said": "{plain} was noted ({after}). It may be a side effect.",
    "answer-first": "{plain}: {plain_after}.",
    "answer-changed": "{plain} changed from {plain_before} to {plain_after}.",
    "stay-began": "{plain}.",
    "stay-ended": "{plain}.",
}

PLACES = {
    SettingKind.ADMITTED: "In hospital",
    SettingKind.DISCHARGED: "Discharged",
    SettingKind.IN_CUSTODY: "In custody",
    SettingKind.RELEASED: "Released",
    SettingKind.IN_SHELTER: "In a shelter",
    SettingKind.HOME: "At home again",
}
PLAIN_PLACES = PLACES | {
    SettingKind.IN_CUSTODY: "In jail or prison",
}

PLACES_LEFT = PLACES | {
    SettingKind.ADMITTED: "Left the hospital",
    SettingKind.IN_CUSTODY: "Released from custody",
    SettingKind.IN_SHELTER: "Left the shelter",
}
PLAIN_PLACES_LEFT = PLACES_LEFT | {
    SettingKind.IN_CUSTODY: "Out of jail or prison",
}

# What coded answers mean, to the person; what is not here is said as it is.
PLAIN_ANSWERS = {
    "current": "yes",
    "former": "not any more",
    "never": "never",
}

# Encounters by their class (HL7 ActCode); none, or one that we have no word for, last.
VISITS = {
    "AMB": "Visit",
    "VR": "Visit by phone or video",
    "EMER": "Emergency visit",
    "HH": "Visit at home",
    "FLD": "Visit in the field",
    "IMP": "Hospital stay",
    "ACUTE": "Hospital stay",
    "NONAC": "Hospital stay",
    "OBSENC": "Observation in hospital",
    "": "Visit",
}
