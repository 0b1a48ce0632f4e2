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
    "concord.web.timeline",
    "concord.web.clinician",
    "concord.web.person",
    "concord.web.office",
    *(["concord.web.demo"] if _given.demo else []),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "concord.web.pages.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "concord.web.pages.limits.Limits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "concord.web.accounts.credentials.Credentials",
    "concord.web.accounts.times.Times",
    "concord.web.accounts.gate.Gate",
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
# Who signs in, and how (`accounts`; trust.md SEC-14 to SEC-18).
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["concord.web.accounts.signing_in.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SHORTEST_PASSWORD = 12  # SEC-15; no rules about what it is made of
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": "concord.web.accounts.passwords.GuessableValidator"},
    {
        "NAME": (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
        ),
        "OPTIONS": {"user_attributes": ["email"]},
    },
]
# Never more rows than MAX_ENTRIES, whoever tries how many names (SEC-16: 1,000).
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "concord.web.accounts.counting.Counts",
        "OPTIONS": {"MAX_ENTRIES": 900},
    }
}
SESSION_ENGINE = "concord.web.accounts.sessions"
# Seconds, SEC-17: the absolute end; the idle ends; how long before them one is warned.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE = {"staff": 15 * 60, "person": 30 * 60, "caregiver": 30 * 60}
SESSION_WARNING = 2 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "concord.web.accounts.sending_again.refuse_token"

# In which languages people may be asked: English, and those of which somebody who is
# qualified has gone over what this site says around a form, its words for a crisis
# above all (design §9). A demonstration asks nobody in earnest and shows them all.
REVIEWED_LANGUAGES = frozenset(
    {"en"}.union(
        filter(None, os.environ.get("CONCORD_REVIEWED_LANGUAGES", "").split(",")),
        {"es"} if _given.demo else (),
    )
)

# How many proxies in front of the site name the client; none in a demonstration.
ALLAUTH_TRUSTED_PROXY_COUNT = int(
    os.environ.get("CONCORD_PROXIES", "0" if _given.demo else "1")
)
ACCOUNT_ADAPTER = "concord.web.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60  # SEC-18: a step-up holds this long
# Of one address five wrong attempts in five minutes: a lock lasts no longer (SEC-16).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ACCOUNT_FORMS = {
    "login": "concord.web.accounts.forms.LoginForm",
    "reauthenticate": "concord.web.accounts.forms.PasswordForm",
    "change_password": "concord.web.accounts.forms.ChangePasswordForm",
}
MFA_ADAPTER = "concord.web.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so that a passkey alone is two factors
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _given.demo
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the office, not the person, names the address
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Concord"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "concord.web.accounts.forms.AuthenticateForm",
    "reauthenticate": "concord.web.accounts.forms.CodeForm",
    "activate_totp": "concord.web.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "concord.web.accounts.forms.AddWebAuthnForm",
}
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
