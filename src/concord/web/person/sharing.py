"""People I let take part: who, what they may do, since when; give and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from concord.errors import DeniedError
from concord.web.accounts.stepping_up import step_up
from concord.web.chart.actions import circle, grants
from concord.web.chart.actions.circle import Given
from concord.web.pages.asking import action_key
from concord.web.person.visit import Visit, page, visiting

# What each power lets somebody do, in the person's words; the first is always given.
READ = "read"
_MAY = {
    READ: "see my medicines, my team and what changed",
    "read_part_2": "see what my addiction or recovery program wrote",
    "report": "add notes on what I take",
}
_CHOICES = [(power, words) for power, words in _MAY.items() if power != READ]
# Only these grants are the person's own to end; the others rest on law.
_OWN = "chosen"


@dataclass(frozen=True)
class Shared:
    """A grant as its card shows it."""

    given: Given
    since: date
    until: date | None
    may: tuple[str, ...]
    own: bool


class Sharing(forms.Form):
    """Whom to let take part, and in what."""

    name = forms.CharField(max_length=200, label="Their name")
    powers = forms.MultipleChoiceField(
        choices=_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="They may also",
        help_text="They can always see your medicines, your team and what changed.",
    )
    key = ""

    @property
    def chosen(self) -> frozenset[str]:
        """The powers chosen, with the one that is always given."""
        return frozenset({READ, *self.cleaned_data["powers"]})


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def sharing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show whom the person lets take part; posted, let one more."""
    _only_the_person(visit)
    if request.method != "POST":
        return _shown(request, visit, Sharing())
    # A consent changes: the person shows again that it is they (trust.md SEC-18).
    if (asked := step_up(request)) is not None:
        return asked
    form = Sharing(request.POST)
    key = action_key(request)
    if not form.is_valid():
        form.key = str(key)
        return _shown(request, visit, form)
    grants.give(
        actor=visit.actor,
        person=visit.person,
        caregiver=form.cleaned_data["name"],
        powers=circle.powers_named(form.chosen),
        key=key,
        now=visit.now,
    )
    return redirect("person:sharing")


@require_POST
@visiting
def end(request: HttpRequest, visit: Visit, grant: UUID) -> HttpResponse:
    """End what a grant gives, now."""
    _only_the_person(visit)
    if (asked := step_up(request)) is not None:
        return asked
    grants.end(
        actor=visit.actor,
        person=visit.person,
        grant=grant,
        key=action_key(request),
        now=visit.now,
    )
    return redirect("person:sharing")


def _shown(request: HttpRequest, visit: Visit, form: Sharing) -> HttpResponse:
    given = circle.read_grants(actor=visit.actor, person=visit.person, now=visit.now)
    shared = [
        Shared(
            given=one,
            since=visit.day(one.since),
            until=visit.day(one.until) if one.until else None,
            may=tuple(_MAY[power] for power in _MAY if power in one.powers),
            own=one.basis == _OWN,
        )
        for one in given
    ]
    return page(request, visit, "person/sharing.html", form=form, shared=shared)


def _only_the_person(visit: Visit) -> None:
    """Raise `DeniedError` for everybody else: nobody gives what is not theirs."""
    if not visit.own:
        raise DeniedError("not-listed")
