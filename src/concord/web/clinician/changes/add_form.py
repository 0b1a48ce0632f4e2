"""The form of a new medicine: which one, on whose word, for what, and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.record import model as rec
from concord.web.clinician.changes.fields import (
    NAME,
    ChoicesField,
    WordsField,
)
from concord.web.clinician.changes.forms import ChangeForm

KINDS = (
    (rec.LineKind.ORDER.value, "Prescribed: an order"),
    (rec.LineKind.REPORT.value, "What the person says they take"),
)


class AddForm(ChangeForm):
    """Put a medicine on the list.

    `kinds` are what the actor may put there, `products` the products of the name that
    was chosen, `conditions` those on the record.
    """

    name = forms.CharField(max_length=NAME, widget=forms.HiddenInput)
    product = forms.ChoiceField(label="Form and strength", required=False)
    kind = ChoicesField(label="On whose word?", choices=KINDS)
    over_the_counter = forms.BooleanField(
        label="Bought without a prescription", required=False
    )
    indication = forms.ChoiceField(label="What for", required=False)
    indication_words = WordsField(
        label="What for, in words",
        required=False,
        longest=NAME,
        help_text="Where it is not among the conditions on record.",
    )
    prescriber = ChoicesField(
        label="Who prescribed it?",
        choices=(
            ("me", "I did"),
            ("other", "Somebody else"),
            ("nobody", "Nobody, or not known"),
        ),
    )
    prescriber_name = WordsField(
        label="Name of who prescribed it", required=False, longest=NAME
    )

    groups = (
        ("The medicine", ("product", "kind", "over_the_counter")),
        ("What for, and who decided", ("indication", "indication_words",
         "prescriber", "prescriber_name")),
        *ChangeForm.groups,
    )  # fmt: skip
    _unquestioned = frozenset({"told_by", "prescriber_name"})

    def __init__(
        self,
        data: Any = None,
        *,
        kinds: Iterable[rec.LineKind],
        products: Iterable[tuple[str, str]],
        conditions: Iterable[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        allowed = {kind.value for kind in kinds}
        self._choose("kind", [pair for pair in KINDS if pair[0] in allowed])
        offered = list(products)
        if offered:
            self._choose("product", [("", "Not known, or not listed"), *offered])
        else:
            del self.fields["product"]
        known = list(conditions)
        self._choose("indication", [("", "Not among those on record"), *known])
        if not known:
            del self.fields["indication"]
        # What the person says they take has often no dose and no pharmacy to tell.
        if self.data.get("kind") == rec.LineKind.REPORT.value:
            self.fields["told"].required = False
            self.fields["reason"].required = False
            for form in self.dosages:
                form.needed = False

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Return the fields, where they fit each other."""
        told = super().clean()
        if told.get("prescriber") == "other" and not told.get("prescriber_name"):
            self.add_error("prescriber_name", "Write who prescribed it.")
        return told

    # --- what the fields make -----------------------------------------------------

    @property
    def line_kind(self) -> rec.LineKind:
        """Whether it is an order or somebody's report."""
        return rec.LineKind(self.cleaned_data["kind"])

    def prescribed_by(self, me: rec.Party) -> rec.Party | None:
        """Return who prescribed it, where anybody did."""
        match self.cleaned_data["prescriber"]:
            case "me":
                return me
            case "other":
                return rec.Party(name=self.cleaned_data["prescriber_name"])
            case _:
                return None

    def indications(
        self, conditions: Iterable[rec.Condition]
    ) -> tuple[rec.Indication, ...]:
        """Return what it is for: the condition that was chosen, and the words."""
        told = self.cleaned_data
        found = [
            rec.Indication(text=c.text, codes=c.codes, condition=c.id)
            for c in conditions
            if c.id == told.get("indication")
        ]
        words = told.get("indication_words")
        return tuple(found) + ((rec.Indication(text=words),) if words else ())
