"""What every mapping needs: who refers to whom, where lines come from, and when."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from concord.exchange.fhir import Medication, Meta, Reference
from concord.exchange.mapping.values import moment
from concord.exchange.recognise import Recogniser
from concord.record.model import Party, Source
from concord.terms import PartialDate

_TYPED = re.compile(
    r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]*)?$"
)
_FROM_URN = re.compile(r"^urn:(?:uuid|oid):")

_encode = msgspec.json.Encoder(order="deterministic").encode
_packed = msgspec.msgpack.Encoder().encode  # half the time, for what is only compared


class Item(NamedTuple):
    """One resource as it was met: what and where it is, and its content.

    `line` is the id that its line has in the record.
    """

    file: str
    entry: str | None
    kind: str
    id: str
    line: str
    url: str | None
    content: dict[str, Any]


def digest(content: Any) -> str:
    """Return a digest that is the same for the same content in any order of keys."""
    return _hash(_encode(content))


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def item_of(
    file: str, entry: str | None, kind: str, url: str | None, content: dict[str, Any]
) -> Item:
    """Return a resource under its id: its own, its URN's, else from its content."""
    own = content.get("id")
    if not isinstance(own, str) or not own:
        urn = url is not None and _FROM_URN.match(url)
        own = url.rpartition(":")[2] if url and urn else digest(content)
    return Item(file, entry, kind, own, f"{kind}/{own}", url, content)


class Context:
    """The input as a whole: its resources by every name they are referred to by."""

    def __init__(
        self,
        items: list[Item],
        *,
        recogniser: Recogniser,
        system: str,
        read_at: datetime,
    ) -> None:
        self.recogniser = recogniser
        self.read_at = read_at
        self._system = system
        self._items: dict[str, Item] = {}
        self._names: Mapping[str, str] = {}
        for item in items:
            self._items.setdefault(item.line, item)
            if item.url:
                self._items.setdefault(item.url, item)
            self._items.setdefault(f"urn:uuid:{item.id}", item)

    def know_names(self, names: Mapping[str, str]) -> None:
        """Take in the names of practitioners and organisations, by line id."""
        self._names = names

    def target(self, reference: Reference | None) -> Item | None:
        """Return the resource that is referred to, if it is in the input."""
        if reference is None or not reference.reference:
            return None
        return self._items.get(reference.reference) or self._items.get(
            typed(reference.reference) or ""
        )

    def line_of(self, reference: Reference | None) -> str | None:
        """Return the line id of what is referred to, whether it is here or not."""
        item = self.target(reference)
        if item is not None:
            return item.line
        if reference is None or not reference.reference:
            return None
        return typed(reference.reference)

    def party(self, reference: Reference | None) -> Party | None:
        """Return who is referred to, by name where the input tells it."""
        if reference is None:
            return None
        line = self.line_of(reference)
        name = reference.display or self._names.get(line or "")
        return Party(name=name, id=line) if line or name else None

    def source(self, item: Item, meta: Meta | None) -> Source:
        """Return where a line comes from; without a version its content stands for it.

        So that a resource sent again with another content updates its own line.
        """
        version = system = None
        if meta is not None:
            version = meta.version_id or meta.last_updated
            system = meta.source
        return Source(
            system=system or self._system,
            type=item.kind,
            id=item.id,
            version=version or f"content:{_hash(_packed(item.content))}",
        )

    def recorded(self, meta: Meta | None, *others: PartialDate | None) -> datetime:
        """Return when a resource was written down: last updated, else the first known.

        A wrong `lastUpdated` is passed over here: it dates no decision.
        """
        if meta is not None and meta.last_updated:
            try:
                updated = PartialDate.parse(meta.last_updated).moment
            except (ValueError, OverflowError):
                updated = None
            if updated is not None:
                return updated
        return next((m for o in others if (m := moment(o))), self.read_at)

    def medication(
        self, reference: Reference, inside: tuple[Any, ...]
    ) -> Medication | None:
        """Return the Medication that is referred to, contained or beside it."""
        target = reference.reference or ""
        content: Any = None
        if target.startswith("#"):
            content = next(
                (
                    c
                    for c in inside
                    if isinstance(c, dict) and f"#{c.get('id')}" == target
                ),
                None,
            )
        elif (item := self.target(reference)) is not None and item.kind == "Medication":
            content = item.content
        if content is None:
            return None
        try:
            return msgspec.convert(content, Medication)
        except msgspec.ValidationError:
            return None


def typed(reference: str) -> str | None:
    """Return `Type/id` of a relative or absolute reference, else `None`."""
    if reference.startswith("urn:"):
        return None
    found = _TYPED.search(reference)
    return f"{found[1]}/{found[2]}" if found else None


def labels(meta: Meta | None) -> tuple[str, ...]:
    """Return the security labels of a resource."""
    if meta is None or not meta.security:
        return ()
    return tuple(c.code for c in meta.security if c.code)


def line_of(item: Item, meta: Meta | None, context: Context) -> dict[str, Any]:
    """Return what every line of a record carries."""
    return {
        "id": item.line,
        "source": context.source(item, meta),
        "labels": labels(meta),
    }
