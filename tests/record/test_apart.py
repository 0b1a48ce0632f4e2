"""Two sources may call different things by one id; a record must not."""

from __future__ import annotations

import msgspec

from concord.record import model as rec
from concord.record.apart import apart
from concord.record.differences import differences
from concord.record.merge import merge


def a_condition(system: str, text: str, version: str = "1") -> rec.Condition:
    return rec.Condition(
        id="Condition/1",
        text=text,
        source=rec.Source(system=system, type="Condition", id="1", version=version),
    )


def an_order(system: str) -> rec.MedicationLine:
    return rec.MedicationLine(
        id="MedicationRequest/1",
        medicine=rec.Medicine(text="sertraline"),
        indications=(rec.Indication(condition="Condition/1"),),
        source=rec.Source(system=system, type="MedicationRequest", id="1"),
    )


def a_record(system: str, text: str, version: str = "1") -> rec.Record:
    return rec.Record(
        conditions=(a_condition(system, text, version),),
        medications=(an_order(system),),
    )


MINE = a_record("clinic", "Depression")


def test_what_clashes_gets_an_id_of_its_own_and_is_referred_to_by_it() -> None:
    theirs = apart(MINE, a_record("hospital", "Asthma"))
    (condition,) = theirs.conditions
    (order,) = theirs.medications
    assert condition.id != "Condition/1"
    assert order.id != "MedicationRequest/1"
    assert order.indications[0].condition == condition.id
    merged = merge(MINE, theirs).record
    assert len({c.id for c in merged.conditions}) == 2


def test_sent_again_it_finds_the_line_that_it_became() -> None:
    once = merge(MINE, apart(MINE, a_record("hospital", "Asthma"))).record
    again = apart(once, a_record("hospital", "Asthma"))
    found = differences(once, again)
    assert (found.any, found.unchanged) == (False, 2)
    newer = apart(once, a_record("hospital", "Severe asthma", "2"))
    found = differences(once, newer)
    assert [d.after.id for d in found.updated] == [once.conditions[1].id]


def test_where_nothing_clashes_nothing_is_renamed() -> None:
    other = msgspec.structs.replace(
        a_record("hospital", "Asthma"), medications=(), conditions=()
    )
    assert apart(MINE, other) is other
    assert apart(rec.Record(), MINE) is MINE
    assert apart(MINE, MINE) is MINE
