"""How often each rule interrupted and was overridden: which rule to look at first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concord.web.chart.actions.answering import RuleCount, counted
from concord.web.clinician.words import RULES
from concord.web.pages.asking import actor_of, for_staff, now

# The bar's full length in its own units, so that one percent is one unit.
_WHOLE = 100


@for_staff
@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    """Show, by rule, how often it interrupted and how often it was overridden."""
    counts = counted(actor=actor_of(request), now=now())
    shown: list[dict[str, Any]] = [
        {"count": c, "words": RULES.get(c.rule, c.rule), "percent": _percent(c)}
        for c in counts
    ]
    context = {
        "rules": shown,
        "look_again": [row for row in shown if row["count"].look_again],
        "fired": sum(c.fired for c in counts),
        "overridden": sum(c.overridden for c in counts),
    }
    return render(request, "clinician/changes/overrides.html", context)


def _percent(count: RuleCount) -> int | None:
    return None if count.share is None else round(count.share * _WHOLE)
