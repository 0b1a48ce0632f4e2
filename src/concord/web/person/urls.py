"""The addresses of the person's pages, of a caregiver's, and of those for everybody.

A caregiver's have the names of the person's: `person:today` is `/me/`, and with a
person's id it is `/for/<id>/`.
"""

from __future__ import annotations

from django.urls import include, path

from concord.web.person import (
    access,
    changes,
    forms,
    helping,
    leaving,
    medicines,
    more,
    settings,
    sharing,
    team,
    timeline,
    today,
)

app_name = "person"
_pages = [
    path("", today.today, name="today"),
    path("medicines/", medicines.medicines, name="medicines"),
    path("changes/", changes.changes, name="changes"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("team/", team.team, name="team"),
    path("access/", access.access, name="access"),
    path("more/", more.more, name="more"),
]
urlpatterns = [
    path("me/", include(_pages)),
    path("me/settings/", settings.settings, name="settings"),
    path("me/sharing/", sharing.sharing, name="sharing"),
    path("me/sharing/<uuid:grant>/end/", sharing.end, name="end_sharing"),
    path("me/forms/<uuid:form>/", forms.start, name="form"),
    path("me/forms/<uuid:form>/<int:number>/", forms.question, name="form_question"),
    path("me/forms/<uuid:form>/check/", forms.check, name="form_check"),
    path("me/forms/<uuid:form>/help/", forms.form_help, name="form_help"),
    path("me/forms/<uuid:form>/sent/", forms.sent, name="form_sent"),
    path("for/<uuid:person>/", include(_pages)),
    path("help/", helping.help_now, name="help"),
    path("help/offline/", helping.offline, name="offline"),
    path("leave/", leaving.leave, name="leave"),
    path("worker.js", helping.worker, name="worker"),
    path("app.webmanifest", helping.manifest, name="manifest"),
]
