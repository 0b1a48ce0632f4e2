"""The site as a server runs it; where it is not fit to be served it does not start."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.web.settings")
application = get_wsgi_application()

from concord.web.serving import check_fit  # noqa: E402 - it needs Django set up

check_fit()
