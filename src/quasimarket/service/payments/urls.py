"""Where the pages of payments are."""

from django.urls import path

from quasimarket.service.payments.views import money, runs, statements


app_name = "payments"
urlpatterns = [
    path("payment-runs/", runs.runs, name="runs"),
    path("payment-runs/<str:reference>/", runs.run_page, name="run"),
    path("payment-runs/<str:reference>/go-on/", runs.go_on, name="go-on"),
    path("payment-runs/<str:reference>/files/<str:name>", runs.file, name="file"),
    path("statements/", statements.statements, name="statements"),
    path(
        "statements/<str:contract>/<str:month>/",
        statements.statement,
        name="statement",
    ),
    path(
        "statements/<str:contract>/<str:place>/<str:month>/",
        statements.remittance,
        name="remittance",
    ),
    path("bank-details/", money.bank_details, name="bank-details"),
    path(
        "bank-details/<str:reference>/",
        money.bank_details_one,
        name="bank-details-one",
    ),
    path("recoveries/", money.recoveries, name="recoveries"),
    path("recoveries/<str:reference>/", money.recovery, name="recovery"),
    path("samples/", money.samples, name="samples"),
    path("samples/<str:reference>/", money.sample, name="sample"),
]
