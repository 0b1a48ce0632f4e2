"""The addresses of signing in and out; there is none for signing up."""

from __future__ import annotations

from allauth.account.views import reauthenticate
from django.urls import include, path
from django.views.generic import RedirectView

from concord.web.accounts import views
from concord.web.accounts.choosing import choose_membership

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="mfa_index"), name="accounts"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", views.SignOut.as_view(), name="account_logout"),
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("stay/", views.stay, name="account_stay"),
    path("membership/", choose_membership, name="choose_membership"),
    path("factors/", include("allauth.mfa.urls")),
]
