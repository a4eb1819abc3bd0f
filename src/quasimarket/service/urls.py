"""Where everything is: each room's addresses, found in its own module."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from quasimarket.service.room import Room


urlpatterns = [
    path("", include(f"{room.name}.urls"))
    for room in apps.get_app_configs()
    if isinstance(room, Room) and find_spec(f"{room.name}.urls")
] + [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
handler400 = "quasimarket.service.pages.error_pages.bad_request"
handler403 = "quasimarket.service.pages.error_pages.forbidden"
handler404 = "quasimarket.service.pages.error_pages.not_found"
handler500 = "quasimarket.service.upkeep.outage.our_fault"
