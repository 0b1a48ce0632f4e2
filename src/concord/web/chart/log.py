"""The log of accesses: one hash chain a person, a signed tip, a signed head a day.

An entry's hash covers all its columns and the hash before it, so a change, a gap or
another order shows at its own place; a tip, signed with a key that the database does
not hold, shows a chain that was cut or made again; a day's head shows a tip that was
put back.
The register, a chain of its own, names every other chain and every head.
Appending is the one write of the chart outside `actions/`, which alone call it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.db import transaction

from concord.errors import BrokenLogError
from concord.terms import Value
from concord.web.chart.models import Entry, Head, Tip

REGISTER = UUID(int=0)


class Access(Value, frozen=True, kw_only=True):
    """Who did what to whose record, when, under which membership, and how it ended.

    `rows` are ids of lines; nothing here is a value of the record.
    """

    subject: UUID
    at: datetime
    actor_kind: str
    actor: UUID
    action: str
    purpose: str
    outcome: str
    reason: str
    membership: UUID | None = None
    organisation: UUID | None = None
    programme: UUID | None = None
    key: UUID | None = None
    rows: tuple[str, ...] = ()


_FIELDS = Access.__struct_fields__
_COLUMNS = ("id", "number", "previous", "hash", *_FIELDS)


class Verified(Value, frozen=True, kw_only=True):
    """What verifying found: how much was read, and each chain's first problem."""

    entries: int
    chains: int
    problems: tuple[str, ...]


# --- writing ----------------------------------------------------------------------


def append(access: Access) -> None:
    """Add one entry to its subject's chain, within the caller's transaction.

    Raises `BrokenLogError` where the chain's tip is not what was signed: going on
    would cover it up.
    """
    with transaction.atomic():
        tip = _locked_tip(access.subject)
        _check_tip(tip)
        if tip.number == 0 and access.subject != REGISTER:
            _register(f"chain {access.subject}", access.at)
        fields: dict[str, Any] = {f: getattr(access, f) for f in _FIELDS}
        fields |= {"rows": list(access.rows), "at": access.at.astimezone(UTC)}
        fields["id"] = uuid4()
        number = tip.number + 1
        digest = _hash(number, tip.hash, fields)
        Entry.objects.create(number=number, previous=tip.hash, hash=digest, **fields)
        tip.number, tip.hash = number, digest
        tip.signature = _sign("tip", tip.subject, number, digest)
        tip.save()


def sign_head(day: date, now: datetime) -> Head:
    """Return the signed head of a day: every tip that moved since the last head.

    The head of a day is made once; asked for again, it is the same.
    """
    with transaction.atomic():
        _check_tip(_locked_tip(REGISTER))
        present = Head.objects.filter(day=day).first()
        if present is not None:
            return present
        _register(f"head {day.isoformat()}", now)
        known = _heads_tips(Head.objects.order_by("day"))
        tips = {
            str(tip.subject): [tip.number, tip.hash]
            for tip in Tip.objects.order_by("subject").iterator()
            if known.get(tip.subject, (0, ""))[0] != tip.number
        }
        last = Head.objects.order_by("-day").first()
        previous = last.signature if last else ""
        return Head.objects.create(
            day=day,
            tips=tips,
            previous=previous,
            signature=_sign("head", day, tips, previous),
        )


def _register(what: str, at: datetime) -> None:
    append(
        Access(
            subject=REGISTER,
            at=at,
            actor_kind="install",
            actor=REGISTER,
            action="register",
            purpose="operations",
            outcome="allowed",
            reason="register",
            rows=(what,),
        )
    )


def _locked_tip(subject: UUID) -> Tip:
    """Return a chain's tip, which nobody else moves until this transaction ends."""
    tips = Tip.objects.select_for_update().filter(subject=subject)
    tip = tips.first()
    if tip is not None:
        return tip
    first = _first(subject)
    made = Tip(subject=subject, number=0, hash=first)
    made.signature = _sign("tip", subject, 0, first)
    Tip.objects.bulk_create([made], ignore_conflicts=True)
    return tips.get()


def _check_tip(tip: Tip) -> None:
    if not _signed_well(tip):
        problem = (
            f"chain {tip.subject}: found a tip that was not signed here; nothing can "
            "be read or written there until `concord audit verify` has been looked into"
        )
        raise BrokenLogError([problem])


def _signed_well(tip: Tip) -> bool:
    signature = _sign("tip", tip.subject, tip.number, tip.hash)
    return hmac.compare_digest(tip.signature, signature)


def _first(subject: UUID) -> str:
    return hashlib.sha256(b"concord log " + subject.bytes).hexdigest()


def _hash(number: int, previous: str, fields: dict[str, Any]) -> str:
    """Return the hash of an entry: of its number, the hash before and every column."""
    content = [fields["id"], number, previous, *(fields[name] for name in _FIELDS)]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _sign(*parts: object) -> str:
    """Return the signature of parts, by a key made from the install's secret."""
    secret = settings.SECRET_KEY.encode()
    key = hmac.digest(secret, b"concord log v1", "sha256")
    content = msgspec.json.encode(parts, order="deterministic")
    return hmac.new(key, content, "sha256").hexdigest()


# --- verifying --------------------------------------------------------------------


def verify() -> Verified:
    """Return what is wrong with the log: for each chain its first bad entry.

    Reads everything once, a chain at a time.
    """
    problems: list[str] = list(_head_problems())
    promised = _heads_tips(Head.objects.order_by("day"))
    tips = {tip.subject: tip for tip in Tip.objects.iterator()}
    entries = chains = 0
    registered: set[str] = set()
    rows = Entry.objects.order_by("subject", "number").values(*_COLUMNS)
    seen: set[UUID] = set()
    for subject, group in groupby(rows.iterator(), key=lambda row: row["subject"]):
        chains += 1
        seen.add(subject)
        chain = list(group)
        entries += len(chain)
        problem = _chain_problem(
            subject, chain, tips.get(subject), promised.get(subject)
        )
        if problem:
            problems.append(f"chain {subject}: {problem}")
        if subject == REGISTER:
            registered = {what for row in chain for what in row["rows"]}
    gone = (set(tips) | set(promised)) - seen
    problems += [f"chain {s}: entry 1 and all after it are missing" for s in gone]
    problems += _register_problems(registered, seen | set(tips))
    return Verified(
        entries=entries, chains=chains, problems=tuple(sorted(set(problems)))
    )


def _chain_problem(
    subject: UUID,
    chain: list[dict[str, Any]],
    tip: Tip | None,
    promised: tuple[int, str] | None,
) -> str | None:
    previous = _first(subject)
    for number, row in enumerate(chain, start=1):
        if row["number"] != number:
            return f"entry {number} is missing"
        row["at"] = row["at"].astimezone(UTC)
        whole = _hash(number, row["previous"], row) == row["hash"]
        if row["previous"] != previous or not whole:
            if whole or _known(row, chain):
                return f"entry {number} is out of order, or was put in"
            return f"entry {number} was altered"
        previous = row["hash"]
        if promised and promised[0] == number and promised[1] != previous:
            return f"entry {number} is not the one in the signed head"
    return _end_problem(len(chain), previous, tip, promised)


def _known(row: dict[str, Any], chain: list[dict[str, Any]]) -> bool:
    """Whether an entry is whole under another number: it was moved, not altered."""
    numbers = range(1, len(chain) + 2)
    return any(_hash(n, row["previous"], row) == row["hash"] for n in numbers)


def _end_problem(
    last: int, previous: str, tip: Tip | None, promised: tuple[int, str] | None
) -> str | None:
    if tip is None:
        return f"the signed tip after entry {last} is missing"
    if not _signed_well(tip):
        return f"the signed tip after entry {last} was altered"
    if tip.number > last or (promised and promised[0] > last):
        return f"entry {last + 1} is missing: the chain was cut"
    if tip.number < last:
        return f"entry {tip.number + 1} was put in after the signed tip"
    if tip.hash != previous:
        return f"entry {last} is not the one in the signed tip"
    return None


def _heads_tips(heads: Any) -> dict[UUID, tuple[int, str]]:
    """Return each chain's newest tip in any head."""
    tips: dict[UUID, tuple[int, str]] = {}
    for head in heads:
        for subject, (number, digest) in head.tips.items():
            tips[UUID(subject)] = (number, digest)
    return tips


def _head_problems() -> Iterator[str]:
    previous = ""
    for head in Head.objects.order_by("day"):
        signature = _sign("head", head.day, head.tips, head.previous)
        if not hmac.compare_digest(head.signature, signature):
            yield f"head {head.day}: was altered"
            return
        if head.previous != previous:
            yield f"head {head.day}: does not follow the head before it"
            return
        previous = head.signature


def _register_problems(registered: set[str], subjects: set[UUID]) -> Iterator[str]:
    heads = {
        f"head {day.isoformat()}" for day in Head.objects.values_list("day", flat=True)
    }
    chains = {f"chain {subject}" for subject in subjects if subject != REGISTER}
    for what in sorted(registered - heads - chains):
        yield f"{what}: is in the register and missing"
    for what in sorted((heads | chains) - registered):
        yield f"{what}: is not in the register"
