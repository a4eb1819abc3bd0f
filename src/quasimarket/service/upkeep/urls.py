"""Where those who watch over the service ask, whom `health.Probes` answers first.

And where a participant's question what is held on them is answered.
"""

from django.urls import path

from quasimarket.service.upkeep import health, views


app_name = "upkeep"
urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("cases/<str:reference>/held/", views.subject_access, name="subject-access"),
]
