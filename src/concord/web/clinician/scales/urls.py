"""The addresses of scales and of crisis tasks."""

from __future__ import annotations

from django.urls import URLPattern, path

from concord.web.clinician.scales import crisis, pages, rating

urlpatterns: list[URLPattern] = [
    path("<uuid:person>/scales/", pages.scales, name="scales"),
    path("<uuid:person>/scales/send/", pages.send, name="send_form"),
    path("<uuid:person>/scales/total/", pages.total, name="enter_total"),
    path("<uuid:person>/scales/rate/", pages.rate, name="rate"),
    path(
        "<uuid:person>/scales/when-due/<uuid:order>/stop/",
        pages.stop_sending,
        name="stop_sending",
    ),
    path("<uuid:person>/scales/<uuid:form>/call-off/", pages.call_off, name="call_off"),
    path("<uuid:person>/scales/<uuid:form>/", rating.rating, name="rating"),
    path(
        "<uuid:person>/scales/<uuid:form>/<int:number>/",
        rating.question,
        name="rating_question",
    ),
    path("<uuid:person>/scales/<uuid:form>/check/", rating.check, name="rating_check"),
    path("<uuid:person>/crisis/<uuid:task>/", crisis.crisis, name="crisis"),
]
