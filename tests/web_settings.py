"""The site's settings as the tests have them: no secret of the machine's own."""

import os

os.environ.setdefault("CONCORD_DEMO", "1")
os.environ.setdefault("DATABASE_URL", "sqlite:///a-file-that-no-test-opens.sqlite3")

from concord.web.settings import *  # noqa: F403 - all of them, as Django reads them
