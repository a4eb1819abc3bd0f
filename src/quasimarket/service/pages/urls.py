"""Where the pages that belong to no room are, and the page of every act."""

from django.urls import path, re_path

from quasimarket.service.pages import act_view, conduct_view, sign_in_view, views


app_name = "pages"
SHUT = "signup|email|confirm-email|password/set|password/reset|inactive|login/code"
"""Of allauth's pages: sign-ins are made and mended by managers, so none is needed."""
urlpatterns = [
    path("", views.home, name="home"),
    path("done/", views.done, name="done"),
    path("do/<slug:act>/", act_view.act_page, name="act"),
    path("do/<slug:act>/<path:reference>/", act_view.act_page, name="act-on"),
    path("people/", sign_in_view.people, name="people"),
    path(
        "people/asked/<slug:reference>/",
        sign_in_view.asked_sign_in,
        name="asked-sign-in",
    ),
    path("help/", views.help_index, name="help"),
    path("help/<slug:name>/", views.help_topic, name="help-topic"),
    path("conduct/", conduct_view.conduct, name="conduct"),
    re_path(rf"^accounts/(?:{SHUT})/.*$", conduct_view.not_here, name="not-here"),
    path("cookies/", views.cookies, name="cookies"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
