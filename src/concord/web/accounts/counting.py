"""The memory of the throttles: a cache in the database that cannot be filled.

In the database, because every process and machine of the site must count the same
attempts. Not Django's own database cache, because that unpickles what it reads: whoever
could write to the database could then run code beside the data keys. These rows are
JSON, their keys are hashes (no address of a person stands in them), and there are never
more than `MAX_ENTRIES`: those that would end soonest make room (trust.md SEC-16).
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.utils import timezone

from concord.web.accounts.models import Count

_LONGEST = timedelta(days=1)


class Counts(BaseCache):
    """Django's cache interface over the bounded table `Count`."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._most: int = self._max_entries

    def add(
        self,
        key: str,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Keep a value unless there is one; return whether it was kept."""
        row = self._row(key, version)
        try:
            with transaction.atomic():
                found = Count.objects.filter(key=row).first()
                if found is not None and found.ends_at > timezone.now():
                    return False
                if found is not None:
                    found.delete()
                self._make_room()
                Count.objects.create(key=row, value=value, ends_at=self._end(timeout))
        except IntegrityError:  # another process was first
            return False
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or the default where none is kept or it has ended."""
        row = Count.objects.filter(
            key=self._row(key, version), ends_at__gt=timezone.now()
        ).first()
        return default if row is None else row.value

    def set(
        self,
        key: str,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep a value, in the place of one that is there."""
        row = self._row(key, version)
        with transaction.atomic():
            if not Count.objects.filter(key=row).exists():
                self._make_room()
            Count.objects.update_or_create(
                key=row, defaults={"value": value, "ends_at": self._end(timeout)}
            )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; return whether there was one."""
        gone, _ = Count.objects.filter(key=self._row(key, version)).delete()
        return gone > 0

    def clear(self) -> None:
        """Forget everything."""
        Count.objects.all().delete()

    def _row(self, key: str, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version).encode()).hexdigest()

    def _end(self, timeout: Any) -> Any:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        wanted = _LONGEST if seconds is None else timedelta(seconds=seconds)
        return timezone.now() + min(wanted, _LONGEST)

    def _make_room(self) -> None:
        """Leave room: those that have ended go, then a tenth, the soonest to end."""
        if Count.objects.count() < self._most:
            return
        Count.objects.filter(ends_at__lte=timezone.now()).delete()
        if Count.objects.count() < self._most:
            return
        soonest = Count.objects.order_by("ends_at").values_list("key", flat=True)
        going = list(soonest[: max(1, self._most // 10)])
        Count.objects.filter(key__in=going).delete()
