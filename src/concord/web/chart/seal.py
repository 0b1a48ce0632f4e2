"""Sealing what is at rest: AES-GCM, bound to the person, the row and its kind.

Each person has a key of their own, wrapped by the install's key; so the install's key
can change without a change to any row of the record.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from concord.errors import SealError
from concord.web.chart.models import PersonKey

_NONCE = 12


class Seal:
    """What seals and opens the rows of one person."""

    def __init__(self, person: UUID, key: bytes) -> None:
        self._whose = person.bytes
        self._key = AESGCM(key)

    def close(self, row: UUID, kind: str, data: bytes) -> bytes:
        """Return the data sealed for one row; it opens nowhere else."""
        nonce = os.urandom(_NONCE)
        return nonce + self._key.encrypt(nonce, data, self._context(row, kind))

    def open(self, row: UUID | str, kind: str, sealed: bytes) -> bytes:
        """Return what was sealed, or raise `SealError` where it is not what it was.

        A row by its id, or by the text of it, which is faster to read by the thousand.
        """
        return _open(self._key, sealed, self._context(row, kind), "row", row)

    def _context(self, row: UUID | str, kind: str) -> bytes:
        of = bytes.fromhex(row.replace("-", "")) if isinstance(row, str) else row.bytes
        return b"\0".join((self._whose, of, kind.encode()))


def seal_of(person: UUID) -> Seal:
    """Return a person's seal, from their wrapped key."""
    kept = PersonKey.objects.get(person_id=person)
    return Seal(person, unwrap(person, kept.wrapped_by, bytes(kept.wrapped)))


def seals_of(people: Iterable[UUID]) -> dict[UUID, Seal]:
    """Return the seals of many people, in one query."""
    found = PersonKey.objects.filter(person__in=list(people))
    return {
        person: Seal(person, unwrap(person, by, bytes(wrapped)))
        for person, by, wrapped in found.values_list(
            "person_id", "wrapped_by", "wrapped"
        )
    }


def new_key(person: UUID) -> tuple[str, bytes]:
    """Return a fresh key of a person as it is kept: by which key wrapped, and how."""
    return wrap(person, AESGCM.generate_key(256))


def wrap(person: UUID, key: bytes) -> tuple[str, bytes]:
    """Return a person's key wrapped by the install's key in use."""
    name, outer = next(iter(settings.CONCORD_DATA_KEYS.items()))
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(outer).encrypt(nonce, key, person.bytes + name.encode())
    return name, nonce + sealed


def unwrap(person: UUID, wrapped_by: str, wrapped: bytes) -> bytes:
    """Return a person's key, or raise `SealError` without the key that wrapped it."""
    outer = settings.CONCORD_DATA_KEYS.get(wrapped_by)
    if outer is None:
        msg = (
            f"key of person {person}: found the data key {wrapped_by!r} missing, "
            "expected it in CONCORD_DATA_KEYS; add it again after the one in use"
        )
        raise SealError(msg)
    context = person.bytes + wrapped_by.encode()
    return _open(AESGCM(outer), wrapped, context, "key of person", person)


def _open(
    key: AESGCM, sealed: bytes, context: bytes, what: str, of: UUID | str
) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
    except InvalidTag:
        row = of if isinstance(of, UUID) else UUID(of)
        msg = (
            f"{what} {row}: found a sealed value that does not open, expected the one "
            "that was written there; restore it from a backup"
        )
        raise SealError(msg) from None
