"""The clinic of the web's tests, for those who attack it."""

from __future__ import annotations

from tests.web.conftest import clinic, postgresql, postgresql_server, sqlite

__all__ = ["clinic", "postgresql", "postgresql_server", "sqlite"]
