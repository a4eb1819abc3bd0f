"""Addresses of the interface, and of the pages about it."""

from typing import Any

from django.urls import path, re_path

from quasimarket.service.interface import views
from quasimarket.service.interface.api import api
from quasimarket.service.interface.frame import framed, unknown


def _framed(patterns: Any) -> Any:
    """Put the frame around every view of the interface."""
    for one in patterns[0]:
        one.callback = framed(one.callback)
    return patterns


urlpatterns = [
    path("api/v1/", _framed(api.urls)),
    path("api/docs/", views.docs, name="api-docs"),
    path("api/docs", views.docs),
    path("keys/", views.key_list, name="keys"),
    path("keys/new/", views.new_key, name="new-key"),
    path("keys/new-webhook/", views.new_webhook, name="new-webhook"),
    path("statistics/", views.statistics_page, name="statistics"),
    re_path(r"^api/", framed(unknown)),
]
