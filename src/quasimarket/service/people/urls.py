"""Where the pages about people are, and which of allauth's pages are shut."""

from django.urls import path, re_path

from quasimarket.service.people import views


app_name = "people"
SHUT = "signup|email|confirm-email|password/set|password/reset|inactive|login/code"
"""Sign-ins are made and mended by managers; none of these is needed."""
urlpatterns = [
    path("conduct/", views.conduct, name="conduct"),
    re_path(rf"^accounts/(?:{SHUT})/.*$", views.not_here, name="not-here"),
]
