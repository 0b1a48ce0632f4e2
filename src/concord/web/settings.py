"""Django's settings, all from the environment (see `environment.py`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from concord.web.environment import check_sqlite, environment
from concord.web.sqlite import use_own_library

_given = environment(os.environ)

SECRET_KEY = _given.secret
CONCORD_DATA_KEYS = _given.data_keys
CONCORD_DEMO = _given.demo
DEBUG = False
ALLOWED_HOSTS = list(_given.hosts)

DATABASES = {"default": _given.database}
_library = use_own_library()
if "sqlite" in _given.database["ENGINE"]:
    check_sqlite(_library, demo=_given.demo)

INSTALLED_APPS = [
    "concord.web.chart",
    "concord.web.accounts",
    "concord.web.pages",
    "concord.web.clinician",
    "concord.web.person",
    *(["concord.web.demo"] if _given.demo else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "concord.web.pages.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "concord.web.pages.refusals.Refusals",
]
ROOT_URLCONF = "concord.web.urls"
WSGI_APPLICATION = "concord.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "concord.web.pages.context.of_every_page",
            ],
            "builtins": ["concord.web.pages.templatetags.concord"],
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("CONCORD_STATIC", "static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = _given.demo

# On the loopback a demonstration is served in the clear; everywhere else over TLS.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not _given.demo
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if not _given.demo:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A larger body is refused before it is read (trust.md SEC-20 and SEC-30).
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# Messages hold ids and counts only. Django's own SQL log would hold values, so it is
# shut whatever the level; a failed request is logged without its traceback's values.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.db.backends": {"level": "CRITICAL", "propagate": False},
        "django.template": {"level": "CRITICAL", "propagate": False},
    },
}
