"""Answer a finding: accept or decline it, say why, who acts, and when it is looked at.

The form on the person's page posts here with these names: `finding`, `circumstance`,
`decision`, `reason`, `words`, `owner`, `check_on` (three parts), `to_do`, `key`.
Without a `decision` the finding's own page is shown.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.errors import DeniedError, ImpossibleChangeError, RepeatedKeyError
from concord.review import Finding
from concord.review.settle import Decision, Reason
from concord.web.chart.actions import answering
from concord.web.chart.policy import Action
from concord.web.clinician.changes.asked import Asked, asked
from concord.web.clinician.changes.fields import (
    NAME,
    ChoicesField,
    PartialDateField,
    TellingForm,
    WordsField,
)
from concord.web.clinician.changes.questioned import questioned
from concord.web.clinician.changes.steps import ids_of, show
from concord.web.clinician.may import may
from concord.web.pages.asking import for_staff

_DECISIONS = (
    (Decision.ACCEPTED.value, "Accept: something will be done"),
    (Decision.DECLINED.value, "Decline: it stays as it is"),
)


class AnswerForm(TellingForm):
    """What was decided of one finding."""

    finding = forms.CharField(max_length=500, widget=forms.HiddenInput)
    circumstance = forms.CharField(max_length=100, widget=forms.HiddenInput)
    decision = ChoicesField(label="What was decided?", choices=_DECISIONS)
    reason = ChoicesField(
        label="Why it is declined",
        choices=[(r.value, r.words) for r in Reason],
        required=False,
        help_text="Needed to decline.",
    )
    words = WordsField(
        label="In your words",
        required=False,
        lines=2,
        help_text="Needed for “Another reason”.",
    )
    owner = WordsField(label="Who will act", required=False, longest=NAME)
    check_on = PartialDateField(
        label="When the result is looked at",
        required=False,
        help_text="A day, such as 3 2 2027.",
    )
    to_do = WordsField(
        label="What the person does",
        required=False,
        lines=2,
        help_text="In plain words: it goes on their list.",
    )
    as_written = forms.BooleanField(
        label="I have read the questions above: keep what I wrote", required=False
    )

    def __init__(self, data: Any = None, *, today: date, **more: Any) -> None:
        super().__init__(data, **more)
        self._today = today
        self.asks = False

    def clean(self) -> dict[str, Any]:
        """Return the fields, where they fit each other."""
        told = super().clean() or {}
        declined = told.get("decision") == Decision.DECLINED
        if declined and not told.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Choose why it is declined.")
        if told.get("reason") == Reason.OTHER and not told.get("words"):
            self.add_error("words", "Write the reason.")
        when = told.get("check_on")
        if when is not None and not when.exact:
            self.add_error("check_on", "Write the whole date: day, month and year.")
        elif when is not None and when.first < self._today:
            self.add_error("check_on", "This day is past: write one to come.")
        for name in ("words", "owner", "to_do"):
            for words in questioned(told.get(name) or ""):
                self.asks = True
                if not told.get("as_written"):
                    self.add_error(name, words)
        return told


@for_staff
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, person: UUID) -> HttpResponse:
    """Keep a decision on a finding, or show its page where something is missing.

    Which finding travels in the body: its id names medicines, so no address holds it.
    """
    ask = asked(request, person)
    if Action.ANSWER not in may(ask.actor, person, ask.purpose, ask.now):
        raise DeniedError("role")
    if request.method == "GET":
        return redirect("clinician:person", person)
    found = next(
        (
            f
            for f in ask.reviewed.review.findings
            if f.id == request.POST.get("finding")
        ),
        None,
    )
    if found is None:
        return _show(request, ask, None, None, wrong=True)
    if "decision" not in request.POST and request.POST.get("step") == "open":
        told = {"finding": found.id, "circumstance": found.circumstance}
        return _show(request, ask, found, AnswerForm(initial=told, today=ask.today))
    form = AnswerForm(request.POST, today=ask.today)
    if not form.is_valid():
        return _show(request, ask, found, form, wrong=True)
    return _keep(request, ask, found, form)


def _keep(
    request: HttpRequest, ask: Asked, found: Finding, form: AnswerForm
) -> HttpResponse:
    told = form.cleaned_data
    try:
        answering.answer(
            **ask.who,
            finding=told["finding"],
            circumstance=told["circumstance"],
            decision=Decision(told["decision"]),
            reason=Reason(told["reason"]) if told["reason"] else None,
            words=told["words"] or None,
            owner=told["owner"] or None,
            check_on=told["check_on"].first if told["check_on"] else None,
            to_do=told["to_do"] or None,
        )
    except RepeatedKeyError:
        form.add_error(
            None,
            "This form was already saved, with other words in it. To save this as a "
            "newer answer, press the button again.",
        )
        return _show(request, ask, found, form, key=uuid4(), wrong=True)
    except ImpossibleChangeError:
        data = request.POST.copy()
        data["circumstance"] = found.circumstance
        anew = AnswerForm(data, today=ask.today)
        anew.add_error(
            None,
            "What was found has changed since you opened it. Read it as it is now, "
            "below, then answer again.",
        )
        return _show(request, ask, found, anew, wrong=True)
    there = redirect("clinician:person", ask.person)
    if "HX-Request" not in request.headers:
        return there
    # In place there is nothing to put in: the whole page says more than its part.
    return HttpResponse(headers={"HX-Redirect": there.url})


def _show(
    request: HttpRequest,
    ask: Asked,
    found: Finding | None,
    form: AnswerForm | None,
    *,
    key: UUID | None = None,
    wrong: bool = False,
) -> HttpResponse:
    ids = ids_of(request, found.id if found else "")
    if form is not None:
        form.auto_id = f"{ids}_%s"
    context = {**ask.shown, "finding": found, "form": form, "ids": ids}
    return show(request, "answer", context | ({"key": key} if key else {}), wrong=wrong)
