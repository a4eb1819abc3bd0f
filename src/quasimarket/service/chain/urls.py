"""Where the pages of performance and the chain are."""

from django.urls import path

from quasimarket.service.chain.views import forecasts, leagues, plans, register


app_name = "chain"
urlpatterns = [
    path("league/", leagues.league_page, name="league"),
    path("league/levels/", leagues.levels_page, name="levels"),
    path("chain/", register.register_page, name="register"),
    path("chain/terms/<str:reference>/", register.terms_page, name="terms"),
    path("chain/changes/<slug:reference>/", register.change_page, name="change"),
    path(
        "chain/places/<path:reference>/forecast/",
        forecasts.forecast_page,
        name="forecast",
    ),
    path("chain/places/<path:reference>/", register.place_page, name="place"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/<slug:reference>/", plans.plan_page, name="plan"),
    path("share-shifts/", plans.shift_list, name="shifts"),
    path("share-shifts/<slug:reference>/", plans.shift_page, name="shift"),
]
