"""The checklist of side effects: built from what is known of a person's medicines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from concord.knowledge.lookup import in_force
from concord.knowledge.model import Drug, Scale, ScaleItem


def checklist(scale: Scale, drugs: Iterable[Drug], on: date) -> Scale:
    """Return the checklist with one question for each effect known of these drugs.

    `scale` is `scales/side-effects`; its own questions come last.
    Only the common effects, each once: a serious one (an agranulocytosis) is no
    symptom that a person can tick, and belongs to the monitoring.
    A drug of which no effect is known adds none: the last questions still ask.
    The answers of the new questions are those of the form's first set.
    """
    form = scale.form
    if form is None or not form.answers:
        return scale
    found: dict[str, ScaleItem] = {}
    effects = (e for drug in drugs for e in in_force(drug.side_effect, on))
    for effect in (e for e in effects if e.kind == "common"):
        name = effect.name.casefold()
        item = "effect:" + "-".join(name.split())
        found.setdefault(
            item,
            ScaleItem(
                id=item,
                text=effect.name[:1].upper() + effect.name[1:],
                answers=form.answers[0].id,
                scored=False,
            ),
        )
    asked = (*found.values(), *form.item)
    return msgspec.structs.replace(
        scale,
        items=scale.items + len(found),
        form=msgspec.structs.replace(form, item=asked),
    )
