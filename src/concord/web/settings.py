"""Django's settings, all from the environment (see `environment.py`)."""

from __future__ import annotations

import os
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

INSTALLED_APPS = ["concord.web.chart"]
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
