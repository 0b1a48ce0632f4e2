"""What would change is told before it does: no more, and no less."""

from __future__ import annotations

import msgspec

from builders import a_person
from concord.record import model as rec
from concord.record.differences import differences, digest_of
from concord.record.merge import merge


def a_condition(text: str, version: str = "1", id: str = "1") -> rec.Condition:
    return rec.Condition(
        id=f"Condition/{id}",
        text=text,
        source=rec.Source(system="clinic", type="Condition", id=id, version=version),
    )


MINE = rec.Record(conditions=(a_condition("Depression"),))


def test_a_new_line_is_added_and_one_that_is_there_is_unchanged() -> None:
    incoming = rec.Record(
        conditions=(a_condition("Depression"), a_condition("Asthma", id="2"))
    )
    found = differences(MINE, incoming)
    assert [d.after.id for d in found.added] == ["Condition/2"]
    assert (found.updated, found.kept, found.unchanged) == ((), (), 1)


def test_a_newer_version_is_shown_with_what_it_replaces() -> None:
    (changed,) = differences(
        MINE, rec.Record(conditions=(a_condition("Bipolar", "2"),))
    ).updated
    assert isinstance(changed.before, rec.Condition)
    assert isinstance(changed.after, rec.Condition)
    assert (changed.before.text, changed.after.text) == ("Depression", "Bipolar")


def test_a_line_corrected_here_is_kept_when_its_old_version_comes_again() -> None:
    corrected = msgspec.structs.replace(MINE.conditions[0], text="Bipolar")
    record = rec.Record(conditions=(corrected,))
    found = differences(record, MINE)
    assert [d.after for d in found.kept] == [corrected]
    assert not found.any


def test_it_tells_of_every_line_that_merging_changes() -> None:
    mine = a_person().taking("sertraline", "50 mg").with_condition("a").record
    theirs = a_person(born="1981-01-01").taking("lithium", "600 mg").record
    theirs = msgspec.structs.replace(
        theirs, medications=(msgspec.structs.replace(theirs.medications[0], id="x"),)
    )
    merged = merge(mine, theirs)
    found = differences(mine, theirs)
    told = {d.after.id for d in (*found.added, *found.updated)}
    assert told == {*merged.added, *merged.updated}


def test_another_change_has_another_digest() -> None:
    one = differences(MINE, rec.Record(conditions=(a_condition("Bipolar", "2"),)))
    same = differences(MINE, rec.Record(conditions=(a_condition("Bipolar", "2"),)))
    other = differences(MINE, rec.Record(conditions=(a_condition("Mania", "2"),)))
    assert digest_of(one) == digest_of(same)
    assert digest_of(one) != digest_of(other)
