"""Every address of the site, by the room that answers it."""

from __future__ import annotations

from django.urls import include, path

from concord.web.pages import views

urlpatterns = [
    path("", views.home, name="home"),
    path("knowledge/", views.what_is_known, name="knowledge"),
    path("accounts/", include("concord.web.accounts.urls")),
    path("office/", include("concord.web.office.urls")),
    path("people/", include("concord.web.clinician.urls")),
    path("", include("concord.web.person.urls")),
]
