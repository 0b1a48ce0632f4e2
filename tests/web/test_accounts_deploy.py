"""The settings of an install in earnest, checked by Django in a process of its own."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys

EARNEST = {
    "CONCORD_SECRET_KEY": secrets.token_urlsafe(60),
    "CONCORD_DATA_KEYS": "a:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    "DATABASE_URL": "postgresql://concord@db.example/concord",
    "CONCORD_HOSTS": "concord.example",
    "DJANGO_SETTINGS_MODULE": "concord.web.settings",
}
NAMES = (
    "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE "
    "SESSION_COOKIE_HTTPONLY CSRF_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE "
    "SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH SECURE_SSL_REDIRECT CONCORD_DEMO "
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN DEBUG"
).split()


def python(*command: str) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONCORD_", "DATABASE_"))
    }
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *command],
        env={**inherited, **EARNEST},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_djangos_check_of_a_deployment_has_nothing_to_say() -> None:
    checked = python("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_cookies_in_earnest_are_of_this_host_and_of_tls_alone() -> None:
    code = (
        "import json; from django.conf import settings as s; "
        f"print(json.dumps({{n: getattr(s, n) for n in {NAMES!r}}}))"
    )
    said = python("-c", code)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_PATH": "/",
        "SECURE_SSL_REDIRECT": True,
        "CONCORD_DEMO": False,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "DEBUG": False,
    }
