"""Where sessions are kept: the key hashed, the content sealed, bounded in number.

Whoever reads the database can neither take over a session nor read what is in it: a
seed of a second factor on its way to be confirmed, or a form that waits for a step-up.
A signed-in session's row ends with the absolute time-out, whatever is saved into it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from concord.errors import SealError
from concord.web.accounts import sealing
from concord.web.accounts.models import Session

# When the person signed in, in seconds since 1970; nothing changes it afterwards.
BEGAN = "began"
# Before sign-in a session holds no more than the challenge to a passkey.
_BEFORE_SIGN_IN = timedelta(minutes=15)
_MOST_BEFORE_SIGN_IN = 1_000


class SessionStore(db.SessionStore):
    """Django's sessions in the database, over our own table."""

    acted_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table of sessions."""
        return Session

    @staticmethod
    def row_of(session_key: str) -> str:
        """Return under which key a session's row is kept."""
        return hashlib.sha256(session_key.encode()).hexdigest()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the content, sealed for this session alone."""
        return sealing.close(json.dumps(session_dict), f"session {self.session_key}")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the content; one that does not open is an empty one."""
        try:
            text = sealing.open_(str(session_data), f"session {self.session_key}")
        except SealError:
            return {}
        found: dict[str, Any] = json.loads(text)
        return found

    def exists(self, session_key: str) -> bool:
        """Return whether there is such a session."""
        return Session.objects.filter(pk=self.row_of(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End a session; this one where none is named."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=self.row_of(key)).delete()

    def act(self, now: datetime) -> None:
        """Note that the person did something; other requests' changes are not lost."""
        self.acted_at = now
        if self.session_key:
            Session.objects.filter(pk=self.row_of(self.session_key)).update(
                acted_at=now
            )

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row of this session with this content."""
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        now = timezone.now()
        began: Any = data.get(BEGAN)
        signed_in = SESSION_KEY in data and began is not None
        return Session(
            session_key=self.row_of(key),
            session_data=self.encode(data),
            account=UUID(data[SESSION_KEY]) if signed_in else None,
            acted_at=self.acted_at or now,
            expire_date=(
                datetime.fromtimestamp(began, tz=now.tzinfo)
                + timedelta(seconds=settings.SESSION_COOKIE_AGE)
                if signed_in
                else now + _BEFORE_SIGN_IN
            ),
        )

    def save(self, must_create: bool = False) -> None:
        """Keep the session; the oldest of too many before sign-in make room."""
        if must_create:
            self._make_room()
        super().save(must_create=must_create)

    def _make_room(self) -> None:
        waiting = Session.objects.filter(account__isnull=True)
        if waiting.count() < _MOST_BEFORE_SIGN_IN:
            return
        Session.objects.filter(expire_date__lte=timezone.now()).delete()
        over = waiting.count() - _MOST_BEFORE_SIGN_IN + 1
        if over > 0:
            oldest = waiting.order_by("expire_date").values_list("pk", flat=True)
            Session.objects.filter(pk__in=list(oldest[:over])).delete()

    def _get_session_from_db(self) -> Session | None:
        if self.session_key is None:
            return None
        found = Session.objects.filter(
            pk=self.row_of(self.session_key), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
            return None
        self.acted_at = found.acted_at
        return found


def end_sessions(account: UUID, *, but: str | None = None) -> int:
    """End every session of an account, save the one by this key; return how many."""
    sessions = Session.objects.filter(account=account)
    if but is not None:
        sessions = sessions.exclude(pk=SessionStore.row_of(but))
    return sessions.delete()[0]
