"""Where the pages that belong to no room are, and the page of every act."""

from django.urls import path

from quasimarket.service.pages import act_view, views


app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("done/", views.done, name="done"),
    path("do/<slug:act>/", act_view.act_page, name="act"),
    path("do/<slug:act>/<path:reference>/", act_view.act_page, name="act-on"),
    path("help/", views.help_index, name="help"),
    path("help/<slug:name>/", views.help_topic, name="help-topic"),
    path("cookies/", views.cookies, name="cookies"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
