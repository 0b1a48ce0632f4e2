"""The forms of a change: what is asked of every one, and what each asks besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms

from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.clinician.changes.dosage import DosageForm, fields_of
from concord.web.clinician.changes.fields import (
    NAME,
    ChoicesField,
    PartialDateField,
    WordsField,
)
from concord.web.clinician.changes.questioned import questioned
from concord.wording import day

# A day's instructions; more are a plan, which a taper or titration holds.
MOST_INSTRUCTIONS = 4

_TOLD = (
    ("sent", "Yes: the prescription was sent"),
    ("cancelled", "Yes: it was cancelled"),
    ("not-yet", "Not yet"),
    ("not-needed", "Not needed: nothing is dispensed for this"),
)
_PILLS = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))


class ChangeForm(forms.Form):
    """What every change asks: from when, why, and what was said to the pharmacy."""

    effective = PartialDateField(
        label="From when",
        required=False,
        help_text=(
            "As far as it is known: a day, a month and year, or only a year. Empty: "
            "not known."
        ),
    )
    reason = WordsField(
        label="Why",
        lines=3,
        help_text="What the next reader needs to know, in a sentence.",
    )
    told = ChoicesField(label="Was the pharmacy told?", choices=_TOLD)
    told_by = WordsField(label="By whom", longest=NAME, required=False)
    pills_left = ChoicesField(
        label="Are any left at home from before?", choices=_PILLS, initial="unknown"
    )
    as_written = forms.BooleanField(
        label="I have read the questions above: keep what I wrote",
        required=False,
    )

    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = (
        ("When and why", ("effective", "reason")),
        ("The pharmacy", ("told", "told_by", "pills_left")),
    )
    # Filled by the person's own words, so that nothing in them needs a question.
    _unquestioned: ClassVar[frozenset[str]] = frozenset({"told_by"})

    def __init__(self, data: Any = None, *, instructions: int = 0, **more: Any) -> None:
        dosage = more.pop("dosage", ())
        super().__init__(data, **more)
        self.dosages = _dosage_forms(data, instructions, dosage, needed=True)
        self.asks = False

    def clean(self) -> dict[str, Any]:
        """Return the fields; abbreviations that can be misread are questioned once."""
        told = super().clean() or {}
        if not told.get("as_written"):
            for name, text in self._typed(told):
                for words in questioned(text):
                    self.asks = True
                    self.add_error(name, words)
        return told

    def is_valid(self) -> bool:
        """Return whether every field of every part can be read."""
        # All parts are asked, so that all that is wrong is told at once.
        parts = [form.is_valid() for form in self.dosages]
        return super().is_valid() and all(parts)

    def _typed(self, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, field in self.fields.items():
            text = told.get(name)
            if (
                isinstance(field, WordsField)
                and name not in self._unquestioned
                and text
            ):
                yield name, text
        for form in self.dosages:
            if form.is_valid() and form.cleaned_data.get("needed_for"):
                yield "as_written", form.cleaned_data["needed_for"]

    def add_an_instruction(self) -> None:
        """Offer one more instruction, for a day on which doses differ."""
        count = len(self.dosages)
        if 0 < count < MOST_INSTRUCTIONS:
            more = DosageForm(prefix=f"d{count}", needed=False)
            self.dosages = (*self.dosages, more)

    # --- what the fields make -----------------------------------------------------

    @property
    def from_when(self) -> PartialDate | None:
        """From when, as far as it is known."""
        found: PartialDate | None = self.cleaned_data["effective"]
        return found

    @property
    def why(self) -> str | None:
        """Why, in the words of who decided it."""
        return self.cleaned_data["reason"] or None

    @property
    def at_pharmacy(self) -> rec.AtPharmacy | None:
        """What was said to the pharmacy, and what is left at home."""
        told = self.cleaned_data
        if not told.get("told"):
            return None
        by = told.get("told_by")
        return rec.AtPharmacy(
            told=told["told"],
            by=rec.Party(name=by) if by else None,
            pills_left=told.get("pills_left") or "unknown",
        )

    @property
    def directions(self) -> tuple[rec.Dosage, ...]:
        """The instructions that were typed, in their order."""
        return tuple(form.value() for form in self.dosages if not form.empty)

    # --- for the page -------------------------------------------------------------

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by group, in the order in which they are asked."""
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in self.groups
        ]

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Every problem: the id of its field, the field's label, and the words."""
        return [
            (field.id_for_label or field.auto_id, str(field.label), str(error))
            for form in (*self.dosages, self)
            for field in form
            for error in field.errors
        ] + [
            ("", "", str(error))
            for form in (*self.dosages, self)
            for error in form.non_field_errors()
        ]


class HoldForm(ChangeForm):
    """Hold a medicine for now, until a day or until something is known."""

    until = PartialDateField(
        label="Until when",
        required=False,
        help_text="Empty where it depends: then say on what, below.",
    )
    groups = (
        ("When and why", ("effective", "until", "reason")),
        ChangeForm.groups[1],
    )

    @property
    def why(self) -> str | None:
        """Why, after the day until which it is held where one is known."""
        until = self.cleaned_data["until"]
        return f"Until {day(until)}. {super().why}" if until else super().why

    def clean(self) -> dict[str, Any]:
        """Return the fields; a hold does not end before it begins."""
        told = super().clean()
        begins, ends = told.get("effective"), told.get("until")
        if begins and ends and ends.last < begins.first:
            self.add_error("until", "The hold ends before it begins.")
        return told


class StopForm(ChangeForm):
    """Stop a medicine."""


class DoseForm(ChangeForm):
    """Change the dose."""


class ResumeForm(ChangeForm):
    """Resume a held medicine, at the dose that it had or at another."""

    same_dose = ChoicesField(
        label="At which dose?",
        choices=(
            ("same", "The dose it had before the hold"),
            ("other", "Another dose: write it below"),
        ),
        initial="same",
    )
    groups = (("The dose", ("same_dose",)), *ChangeForm.groups)

    @property
    def directions(self) -> tuple[rec.Dosage, ...]:
        """The new dose, or nothing where it goes on at the one before the hold."""
        if self.cleaned_data["same_dose"] == "same":
            return ()
        return super().directions

    def is_valid(self) -> bool:
        """Return whether the fields can be read; a dose only where one is written."""
        if self.data.get("same_dose") != "other":
            self.dosages = _dosage_forms(None, 0, (), needed=False)
        return super().is_valid()


class CorrectForm(ChangeForm):
    """Say what a change should have been, or that it never happened."""

    change = ChoicesField(label="Which entry is wrong?")
    becomes = ChoicesField(
        label="What should it say?",
        choices=(
            ("as-it-is", "The same kind of change, with the date and dose below"),
            ("never", "It never happened"),
            (rec.ChangeKind.STARTED.value, "It was a start"),
            (rec.ChangeKind.DOSE_CHANGED.value, "It was a change of dose"),
            (rec.ChangeKind.HELD.value, "It was a hold"),
            (rec.ChangeKind.RESUMED.value, "It was resumed"),
            (rec.ChangeKind.STOPPED.value, "It was a stop"),
        ),
    )
    with_dose = ChoicesField(
        label="And the dose?",
        choices=(
            ("same", "As it was written"),
            ("other", "Another dose: write it below"),
        ),
        initial="same",
    )
    groups = (
        ("What is wrong", ("change", "becomes")),
        ("The dose", ("with_dose",)),
        *ChangeForm.groups,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        entries: Iterable[tuple[rec.Change, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        entries = tuple(entries)
        self._changes = {change.id: change for change, _ in entries}
        choices = [(change.id, words) for change, words in entries]
        field = self.fields["change"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def is_valid(self) -> bool:
        """Return whether the fields can be read; a dose only where one is written."""
        if self.data.get("with_dose") != "other":
            self.dosages = _dosage_forms(None, 0, (), needed=False)
        return super().is_valid()

    @property
    def corrected(self) -> rec.Change:
        """The change that was wrong."""
        return self._changes[self.cleaned_data["change"]]

    @property
    def becomes_kind(self) -> rec.ChangeKind | None:
        """The kind that it should have had; `None` that it never happened."""
        told = self.cleaned_data["becomes"]
        if told == "never":
            return None
        if told == "as-it-is":
            wrong = self.corrected
            return wrong.becomes or wrong.kind
        return rec.ChangeKind(told)

    @property
    def from_when(self) -> PartialDate | None:
        """The date that it should have had; empty: the one that it had."""
        return super().from_when or self.corrected.effective

    @property
    def directions(self) -> tuple[rec.Dosage, ...]:
        """The dose that it should have had."""
        if self.cleaned_data["with_dose"] == "same":
            return self.corrected.dosage
        return super().directions


def _dosage_forms(
    data: Any, instructions: int, dosage: tuple[rec.Dosage, ...], *, needed: bool
) -> tuple[DosageForm, ...]:
    """Return as many instruction forms as are wanted; only the first is needed."""
    count = instructions
    if data is not None and count:
        told = data.get("instructions", "")
        # Cut short: of thousands of digits Python makes no number.
        count = max(int(told[:3]) if told.isascii() and told.isdigit() else count, 1)
    count = min(max(count, len(dosage) if count else 0), MOST_INSTRUCTIONS)
    return tuple(
        DosageForm(
            data,
            prefix=f"d{place}",
            initial=fields_of(dosage[place]) if place < len(dosage) else None,
            needed=needed and place == 0,
        )
        for place in range(count)
    )
