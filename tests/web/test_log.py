"""The log of accesses: whatever is done to it behind our back is found, and where."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from tests.web.clinic import NOW, Clinic

from concord.web.chart import log
from concord.web.chart.models import Entry, Head, Tip

RUTH = UUID("a" * 32)
ALTERATIONS = 1000


def access(subject: UUID, number: int) -> log.Access:
    return log.Access(
        subject=subject,
        at=NOW + timedelta(seconds=number),
        actor_kind="staff",
        actor=RUTH,
        action="read_record",
        purpose="treatment",
        outcome="allowed",
        reason="in-care",
        rows=(str(UUID(int=number)),),
    )


@pytest.fixture
def chains(clinic: Clinic) -> list[UUID]:
    """Four people's chains, and a day's head in the middle; no trigger in the way."""
    with connection.cursor() as cursor:
        for table in ("chart_entry", "chart_head"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                continue
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {table}_{verb}")
    # The clinic's own entries go, so that each verification reads few.
    for model in (Entry, Tip):
        model.objects.all().delete()
    subjects = [uuid4() for _ in range(4)]
    for number in range(16):
        log.append(access(subjects[number % 4], number))
        if number == 9:
            log.sign_head(NOW.date(), NOW)
    return subjects


def test_a_log_that_nobody_touched_verifies(chains: list[UUID]) -> None:
    found = log.verify()
    assert found.problems == ()
    assert found.chains == 5
    assert found.entries == 16 + 4 + 1


def test_the_clinics_own_log_verifies(clinic: Clinic) -> None:
    found = log.verify()
    assert found.problems == ()
    assert found.entries == Entry.objects.count() > 30


def edit(dice: random.Random, entry: Entry) -> None:
    """Change one column; with luck make the hash again, or the whole chain's."""
    column = dice.choice(
        ["at", "actor", "action", "purpose", "outcome", "reason", "rows", "membership",
         "organisation", "programme", "key", "actor_kind", "previous", "hash", "id"]
    )  # fmt: skip
    value: Any = {
        "at": entry.at + timedelta(microseconds=1),
        "rows": [*entry.rows, "x"],
        "previous": "0" * 64,
        "hash": "f" * 64,
    }.get(column)
    if value is None:
        field = Entry._meta.get_field(column)
        is_id = field.get_internal_type() == "UUIDField"
        value = uuid4() if is_id else f"{getattr(entry, column)}x"[-16:]
    Entry.objects.filter(pk=entry.pk).update(**{column: value})
    if column not in ("previous", "hash", "id") and dice.random() < 0.5:
        hash_again(entry.subject, entry.number if dice.random() < 0.5 else None)


def hash_again(subject: UUID, only: int | None) -> None:
    """What somebody with the code and the database, and without the key, would do."""
    previous = log._first(subject)
    for entry in Entry.objects.filter(subject=subject).order_by("number"):
        fields = {name: getattr(entry, name) for name in ("id", *log._FIELDS)}
        if only is None or entry.number == only:
            digest = log._hash(entry.number, previous, fields)
            Entry.objects.filter(pk=entry.pk).update(previous=previous, hash=digest)
        previous = digest if only is None else entry.hash
    if only is None:
        last = Entry.objects.filter(subject=subject).order_by("-number").first()
        assert last
        Tip.objects.filter(subject=subject).update(number=last.number, hash=last.hash)


def delete(dice: random.Random, entry: Entry) -> None:
    """Take one entry out; with luck close the gap and make all hashes again."""
    entry_pk, subject = entry.pk, entry.subject
    Entry.objects.filter(pk=entry_pk).delete()
    left = Entry.objects.filter(subject=subject).order_by("number")
    if dice.random() < 0.5 and left.exists():
        for number, other in enumerate(left, start=1):
            Entry.objects.filter(pk=other.pk).update(number=number)
        hash_again(subject, None)


def reorder(dice: random.Random, entry: Entry) -> None:
    """Let two entries of a chain change their places."""
    others = Entry.objects.filter(subject=entry.subject).exclude(pk=entry.pk)
    other = dice.choice(list(others))
    Entry.objects.filter(pk=entry.pk).update(number=10_000)
    Entry.objects.filter(pk=other.pk).update(number=entry.number)
    Entry.objects.filter(pk=entry.pk).update(number=other.number)
    if dice.random() < 0.5:
        hash_again(entry.subject, None)


def truncate(dice: random.Random, entry: Entry) -> None:
    """Cut the chain from an entry on; with luck put the tip back, or take it too."""
    Entry.objects.filter(subject=entry.subject, number__gte=entry.number).delete()
    last = Entry.objects.filter(subject=entry.subject).order_by("-number").first()
    tip = Tip.objects.filter(subject=entry.subject)
    match dice.randrange(3):
        case 0 if last:
            tip.update(number=last.number, hash=last.hash)
        case 1:
            tip.delete()


def insert(dice: random.Random, entry: Entry) -> None:
    """Put an entry in, at the end or in the middle, hashed as it should be."""
    last = Entry.objects.filter(subject=entry.subject).order_by("-number").first()
    assert last
    at_end = dice.random() < 0.5
    place = last.number + 1 if at_end else entry.number
    if not at_end:
        later = Entry.objects.filter(subject=entry.subject, number__gte=place)
        for other in later.order_by("-number"):
            Entry.objects.filter(pk=other.pk).update(number=other.number + 1)
    fields = {name: getattr(entry, name) for name in log._FIELDS} | {"id": uuid4()}
    previous = last.hash if at_end else entry.previous
    Entry.objects.create(
        number=place,
        previous=previous,
        hash=log._hash(place, previous, fields),
        **fields,
    )
    if dice.random() < 0.5:
        hash_again(entry.subject, None)


@pytest.mark.parametrize("seed", range(5))
def test_every_random_alteration_is_found(chains: list[UUID], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice, no secret
    all_of_them = list(Entry.objects.order_by("subject", "number"))
    ways = (edit, delete, reorder, truncate, insert)
    for turn in range(ALTERATIONS // 5):
        way = ways[turn % 5]
        entry = dice.choice(all_of_them)
        with transaction.atomic():
            way(dice, entry)
            found = log.verify().problems
            assert found, (way.__name__, entry.subject, entry.number)
            transaction.set_rollback(True)
    assert log.verify().problems == ()


def test_the_first_bad_entry_is_named(chains: list[UUID]) -> None:
    subject = chains[0]
    Entry.objects.filter(subject=subject, number=3).update(action="nothing")
    Entry.objects.filter(subject=subject, number=2).update(action="nothing")
    assert log.verify().problems == (f"chain {subject}: entry 2 was altered",)


def test_a_missing_entry_and_a_cut_chain_are_named(chains: list[UUID]) -> None:
    Entry.objects.filter(subject=chains[0], number=2).delete()
    Entry.objects.filter(subject=chains[1], number__gte=4).delete()
    assert set(log.verify().problems) == {
        f"chain {chains[0]}: entry 2 is missing",
        f"chain {chains[1]}: entry 4 is missing: the chain was cut",
    }


def test_a_tip_that_was_put_back_is_found_by_the_signed_head(
    chains: list[UUID],
) -> None:
    """The old tip was truly signed; only the day's head knows of the later one."""
    subject = chains[0]
    old = Tip.objects.get(subject=subject)
    log.append(access(subject, 17))
    log.sign_head(NOW.date() + timedelta(days=1), NOW + timedelta(days=1))
    assert log.verify().problems == ()
    Entry.objects.filter(subject=subject, number__gt=old.number).delete()
    old.save()
    assert log.verify().problems == (
        f"chain {subject}: entry {old.number + 1} is missing: the chain was cut",
    )


def test_a_whole_chain_or_head_that_was_taken_out_is_found(
    chains: list[UUID],
) -> None:
    Entry.objects.filter(subject=chains[2]).delete()
    Tip.objects.filter(subject=chains[2]).delete()
    Head.objects.all().delete()
    problems = log.verify().problems
    assert f"chain {chains[2]}: is in the register and missing" in problems
    assert f"head {NOW.date()}: is in the register and missing" in problems


def test_the_head_of_a_day_is_signed_once(chains: list[UUID]) -> None:
    first = log.sign_head(NOW.date(), NOW)
    again = log.sign_head(NOW.date(), NOW + timedelta(hours=1))
    assert first.signature == again.signature
    assert Head.objects.count() == 1
