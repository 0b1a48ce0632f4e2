"""The addresses of changing a medicine and of answering a finding."""

from __future__ import annotations

from django.urls import URLPattern, path

from concord.web.clinician.changes import (
    adding,
    answering,
    changed,
    changing,
    counting,
    deciding,
)

_LINE = "<uuid:person>/medicines/<path:line>"  # an imported id has a slash in it

urlpatterns: list[URLPattern] = [
    path("overrides/", counting.overrides, name="overrides"),
    path("<uuid:person>/answer/", answering.answer, name="answer"),
    path("<uuid:person>/due/date/", deciding.set_date, name="set_date"),
    path("<uuid:person>/due/take-back/", deciding.take_back, name="take_back"),
    path("<uuid:person>/medicines/add/", adding.add_medicine, name="add_medicine"),
    path(f"{_LINE}/change/", changing.change, name="change"),
    path(f"{_LINE}/hold/", changing.hold, name="hold"),
    path(f"{_LINE}/resume/", changing.resume, name="resume"),
    path(f"{_LINE}/stop/", changing.stop, name="stop"),
    path(f"{_LINE}/correct/", changing.correct, name="correct"),
    path(f"{_LINE}/changed/", changed.changed, name="changed"),
]
