"""The navigation of the clinician's pages, and the words of their closed sets."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from concord.record.model import ChangeKind, SettingKind
from concord.review.pressing import Pressing
from concord.web.chart.actions.crises import waiting_for
from concord.web.chart.policy import (
    CARE,
    Action,
    Facts,
    Purpose,
    Resource,
    facts_of,
    hat_of,
    judge,
)
from concord.web.clinician import words
from concord.web.pages.asking import actor_of, now

register = template.Library()


@register.inclusion_tag("clinician/parts/navigation.html")
def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return where the one who asks may go, as the policy says."""
    actor, at = actor_of(request), now()
    hat = hat_of(actor, at)
    match = request.resolver_match
    shown: dict[str, Any] = {"here": match.view_name if match else ""}
    if hat is None:
        return shown
    facts = facts_of(actor, Resource(organisation=hat.organisation), at, hat)

    def may(action: Action, purpose: Purpose) -> bool:
        return judge(facts, action, purpose).allowed

    return {
        **shown,
        "people": may(Action.READ_PANEL, Purpose.TREATMENT),
        "overrides": may(Action.READ_COUNTS, Purpose.OPERATIONS),
        "waiting": waiting_for(actor, at) if may_be_told(facts) else 0,
        "office": may(Action.ADD_PERSON, Purpose.OPERATIONS),
        "role": hat.role.value,
        "part_2": hat.part_2,
    }


def may_be_told(facts: Facts) -> bool:
    """Whether somebody with this hat may be told of a crisis at all."""
    return facts.hat is not None and Action.HANDLE_CRISIS in CARE[facts.hat.role]


@register.filter
def setting_words(kind: SettingKind) -> str:
    """Return what a setting is called."""
    return words.SETTINGS[kind]


@register.filter
def change_words(kind: ChangeKind) -> str:
    """Return what a change is called."""
    return words.CHANGES[kind]


@register.filter
def finding_words(finding: words.Found) -> str:
    """Return what a finding is about, as its drugs and a few words."""
    return words.title_of(finding)


@register.filter
def finding_anchor(finding: words.Found) -> str:
    """Return the anchor of a finding, in which no medicine is named."""
    return words.anchor_of(finding)


@register.filter
def finding_brief(finding: words.Found) -> str:
    """Return in one sentence why a finding matters."""
    return words.brief(finding)


@register.filter
def pressing_words(kind: Pressing) -> str:
    """Return why something presses, in words."""
    return words.PRESSING[kind]
