"""Serving the site: gunicorn in this process, WhiteNoise for what never changes."""

from __future__ import annotations

import gc
import ipaddress
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver

from concord.errors import UnsafeSettingsError
from concord.web.accounts.models import User
from concord.web.chart.actions.reviewing import knowledge
from concord.web.person.checks import check_crisis
from concord.web.person.lines import help_lines

WORKERS, THREADS = 2, 4


def migrate() -> None:
    """Bring the database to the form that this version needs."""
    call_command("migrate", verbosity=0, interactive=False)


def serve(*, host: str, port: int, quiet: bool = False) -> None:
    """Serve the site until a signal ends it.

    Raises `UnsafeSettingsError` where the address, the database or the platform is not
    fit for it: nothing is served then.
    """
    check_host(host)
    check_port(host, port)
    check_fit()
    try:
        from gunicorn.app.base import (  # type: ignore[import-untyped] # noqa: PLC0415
            BaseApplication,  # it runs on Unix alone
        )
    except ImportError:
        msg = (
            "serve: found a platform without gunicorn, expected a Unix; serve "
            "`concord.web.wsgi:application` with another WSGI server"
        )
        raise UnsafeSettingsError(msg) from None

    class Site(BaseApplication):  # type: ignore[misc]
        """Our application in gunicorn's arbiter, set up here and by no file."""

        def load_config(self) -> None:
            for name, value in _configuration(host, port, quiet=quiet).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from concord.web.wsgi import application  # noqa: PLC0415 - once, loaded

            settle_down()
            return application

    Site().run()


def settle_down() -> None:
    """Load what every request needs, and leave it out of the collector's rounds.

    Code, addresses and knowledge live as long as the process; to look through them at
    every full collection doubles the time of a page, and makes each worker copy them.
    """
    knowledge()
    get_resolver().url_patterns  # noqa: B018 - to ask for them is to load them
    gc.collect()
    gc.freeze()


def close_database() -> None:
    """Close this process's connections: one that two processes share breaks both."""
    connections.close_all()


def _configuration(host: str, port: int, *, quiet: bool) -> dict[str, Any]:
    shown = f"[{host}]" if ":" in host else host
    return {
        "bind": [f"{shown}:{port}"],
        "workers": WORKERS,
        "worker_class": "gthread",
        "threads": THREADS,
        # Knowledge and code are loaded once, and shared by the workers.
        "preload_app": True,
        "loglevel": "warning" if quiet else "info",
        "proc_name": "concord",
    }


def check_fit() -> None:
    """Refuse a database or words for a crisis with which nobody should be served.

    Every way to serve the site asks it first, `concord.web.wsgi` too. It leaves no
    connection open, since a server forks after it.
    """
    check_database()
    check_crisis(help_lines())
    close_database()


def check_host(host: str) -> None:
    """Refuse to serve a demonstration, in the clear, to other machines.

    Its passwords are known to everybody, and nothing of it travels over TLS.
    """
    if settings.CONCORD_DEMO and not _is_loopback(host):
        msg = (
            "CONCORD_DEMO: found an address that other machines reach, expected this "
            "machine's own (127.0.0.1): a demonstration's passwords are known"
        )
        raise UnsafeSettingsError(msg)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on: gunicorn would try it for a while."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, port))
        except OSError:
            msg = (
                f"port {port}: found that it cannot be had on {host}, expected a free "
                f"one; name another: --port {port + 1}, or PORT={port + 1}"
            )
            raise UnsafeSettingsError(msg) from None


def check_database() -> None:
    """Refuse a database of another form, or with the demonstration's accounts in it.

    In demo mode the accounts are what is wanted.
    """
    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        msg = (
            f"the database: found {len(waiting)} change(s) of its form not made yet, "
            "expected none; run `concord migrate`"
        )
        raise UnsafeSettingsError(msg)
    known = User.objects.filter(demonstration=True)
    if not settings.CONCORD_DEMO and known.exists():
        msg = (
            "the database: found the demonstration's accounts, whose passwords are "
            "known, expected none; use a database of its own"
        )
        raise UnsafeSettingsError(msg)
