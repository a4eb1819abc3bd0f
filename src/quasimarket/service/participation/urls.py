"""Where the pages of cases are. Addresses hold references, never a name or number."""

from django.urls import path

from quasimarket.service.participation import import_views, specialist_views, views


app_name = "participation"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/find/", views.find, name="find"),
    path("cases/<str:reference>/", views.case, name="case"),
    path("cases/<str:reference>/draw/", views.allocation, name="allocation"),
    path("due/", views.due, name="due"),
    path("late/", views.breaches, name="late"),
    path("asked/", specialist_views.asked, name="asked"),
    path(
        "asked/<str:reference>/",
        specialist_views.request_to_specialist,
        name="asked-request",
    ),
    path("documents/<str:reference>/", views.document, name="document"),
    path("my-record/", views.own, name="own"),
    path("imports/", import_views.imports, name="imports"),
    path("imports/<str:reference>/", import_views.shown_import, name="shown-import"),
    path("imports/<str:reference>/rejected/", import_views.rejected, name="rejected"),
]
