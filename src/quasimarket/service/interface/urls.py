"""Addresses of the interface."""

from django.urls import path

from quasimarket.service.interface.api import api


urlpatterns = [path("api/v1/", api.urls)]
