"""Where the pages of claims are."""

from django.urls import path

from quasimarket.service.claims import alike_view, views


app_name = "claims"
urlpatterns = [
    path("claims/", views.claims, name="claims"),
    path("claims/alike/", alike_view.alike, name="alike"),
    path(
        "why-not/<str:reference>/<str:milestone>/<int:number>/",
        views.why_not_page,
        name="why-not",
    ),
    path("claims/<str:reference>/", views.claim_page, name="claim"),
    path("feeds/", views.feeds, name="feeds"),
    path("feeds/<str:reference>/", views.feed_page, name="feed"),
    path("tax-records/", views.records, name="records"),
]
