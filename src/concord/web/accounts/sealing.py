"""Sealing what sign-in keeps at rest: the seeds of second factors, and sessions.

AES-GCM under a key derived from the install's data key (HKDF-SHA256), so that what is
sealed here never shares a key with the records (trust.md SEC-25).
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from concord.errors import SealError

_NONCE = 12
_KEY = 32


def close(text: str, context: str) -> str:
    """Return the text sealed under the key in use, as `key-id:base64`.

    It opens only with the same context.
    """
    name, outer = next(iter(settings.CONCORD_DATA_KEYS.items()))
    nonce = os.urandom(_NONCE)
    sealed = _key(outer).encrypt(nonce, text.encode(), context.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def open_(sealed: str, context: str) -> str:
    """Return what was sealed under any of the install's data keys.

    Raises `SealError` where the key is gone or the value is not what was written.
    """
    name, _, encoded = sealed.partition(":")
    outer = settings.CONCORD_DATA_KEYS.get(name)
    if outer is None:
        msg = (
            f"sign-in: found a value under the data key {name!r}, which is missing; "
            "expected it in CONCORD_DATA_KEYS; add it again after the one in use"
        )
        raise SealError(msg)
    try:
        raw = base64.b64decode(encoded, validate=True)
        text = _key(outer).decrypt(raw[:_NONCE], raw[_NONCE:], context.encode())
    except (ValueError, InvalidTag):
        msg = (
            "sign-in: found a sealed value that does not open, expected the one that "
            "was written there; let the person sign in or enrol again"
        )
        raise SealError(msg) from None
    return text.decode()


def _key(outer: bytes) -> AESGCM:
    derived = HKDF(SHA256(), _KEY, salt=None, info=b"concord accounts").derive(outer)
    return AESGCM(derived)
