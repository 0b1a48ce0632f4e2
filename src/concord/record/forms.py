"""The one versioned JSON form of a record, and its digest."""

from __future__ import annotations

import hashlib

import msgspec

from concord.errors import UnusableInputError
from concord.record.model import RECORD_VERSION, Record
from concord.terms import decode_hook, encode_hook

_ENCODER = msgspec.json.Encoder(
    enc_hook=encode_hook, decimal_format="string", order="deterministic"
)
# The same content in fewer bytes, for what is only compared.
_PACKER = msgspec.msgpack.Encoder(
    enc_hook=encode_hook, decimal_format="string", order="deterministic"
)
_DECODER = msgspec.json.Decoder(Record, dec_hook=decode_hook)


def record_to_json(record: Record) -> bytes:
    """Return the record's JSON form; equal records give equal bytes."""
    return _ENCODER.encode(record)


def record_from_json(data: bytes) -> Record:
    """Return the record that a JSON form holds: the inverse of `record_to_json`.

    Raises `UnusableInputError` for another version or an unknown key.
    """
    try:
        record = _DECODER.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        place = str(error).rpartition("- at ")[2] if "- at " in str(error) else "`$`"
        msg = f"not a Concord record: {place} does not fit version {RECORD_VERSION}"
        raise UnusableInputError(msg) from None
    if record.version != RECORD_VERSION:
        msg = (
            f"record of version {record.version}; this Concord reads version "
            f"{RECORD_VERSION}: export it again"
        )
        raise UnusableInputError(msg)
    return record


_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def is_record(data: bytes) -> bool:
    """Whether a file is meant as a record's JSON form, whatever is wrong inside it.

    It is an object with keys of a record alone: a FHIR resource names its type.
    """
    try:
        keys = _KEYS.decode(data).keys()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return bool(keys) and keys <= set(Record.__struct_fields__)


def digest(record: Record) -> str:
    """Return a digest of all that a record holds."""
    return hashlib.sha256(_PACKER.encode(record)).hexdigest()[:16]
