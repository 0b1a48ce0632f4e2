"""The interruption: grave findings that a change would cause, each asked a reason."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms
from django.http import HttpRequest

from concord.review import Finding
from concord.review.settle import Reason
from concord.web.chart.actions.interrupting import Override
from concord.web.clinician.changes.fields import ChoicesField, WordsField
from concord.web.clinician.changes.questioned import questioned

# More answers than a person's whole list could call for; the rest is not read.
_MOST_ANSWERS = 50


class ReasonForm(forms.Form):
    """One finding and why the change is made all the same."""

    finding = forms.CharField(max_length=500, widget=forms.HiddenInput)
    circumstance = forms.CharField(max_length=100, widget=forms.HiddenInput)
    reason = ChoicesField(
        label="Why go on?", choices=[(r.value, r.words) for r in Reason]
    )
    words = WordsField(
        label="In your words",
        required=False,
        help_text="Needed for “Another reason”; welcome for the others.",
    )
    as_written = forms.BooleanField(label="Keep what I wrote", required=False)

    def clean(self) -> dict[str, Any]:
        """Return the fields; another reason alone says nothing."""
        told = super().clean() or {}
        words = (told.get("words") or "").strip()
        if told.get("reason") == Reason.OTHER and not words:
            self.add_error("words", "Write the reason.")
        if words and not told.get("as_written"):
            for question in questioned(words):
                self.add_error("words", question)
        return told

    @property
    def asks(self) -> bool:
        """Whether the words hold an abbreviation that is asked about."""
        return bool(questioned(self.data.get(self.add_prefix("words"), "")))

    def value(self) -> Override:
        """Return the answer."""
        told = self.cleaned_data
        return Override(
            finding=told["finding"],
            circumstance=told["circumstance"],
            reason=Reason(told["reason"]),
            words=told["words"] or None,
        )


def overrides(request: HttpRequest) -> tuple[Override, ...]:
    """Return the answers that came with the request and can be read."""
    prefixes = request.POST.getlist("answered")[:_MOST_ANSWERS]
    given = (ReasonForm(request.POST, prefix=prefix) for prefix in prefixes)
    return tuple(form.value() for form in given if form.is_valid())


def forms_for(
    request: HttpRequest, findings: Iterable[Finding]
) -> list[tuple[Finding, ReasonForm]]:
    """Return each finding with its form, the gravest first.

    What was answered of the same finding under the same circumstance is kept; what has
    changed since is asked anew.
    """
    answered = set(request.POST.getlist("answered"))
    asked = []
    for finding in sorted(findings, key=lambda f: (f.severity.rank, f.id)):
        prefix = prefix_of(finding)
        form = ReasonForm(request.POST, prefix=prefix)
        told = request.POST.get(form.add_prefix("circumstance"))
        if prefix not in answered or told != finding.circumstance:
            form = ReasonForm(
                prefix=prefix,
                initial={"finding": finding.id, "circumstance": finding.circumstance},
            )
        asked.append((finding, form))
    return asked


def given(request: HttpRequest, finding: Finding) -> bool:
    """Whether the request brings an answer to a finding."""
    return prefix_of(finding) in request.POST.getlist("answered")


def prefix_of(finding: Finding) -> str:
    """Return the prefix of a finding's form: the same on every page."""
    return "a" + sha256(finding.id.encode()).hexdigest()[:12]


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into the change itself, to be carried to the next step."""
    dropped = {"csrfmiddlewaretoken", "key", "step", "answered"}
    prefixes = tuple(f"{p}-" for p in request.POST.getlist("answered"))
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in dropped and not (prefixes and name.startswith(prefixes))
        for value in values
    ]
