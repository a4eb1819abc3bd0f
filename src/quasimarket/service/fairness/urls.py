"""Where the pages of fair treatment are."""

from django.urls import path

from quasimarket.service.fairness.views import (
    audit_reports,
    complaints,
    conduct,
    directives,
    disclosures,
    doubts,
    hub,
    insight,
    matrix,
    offers,
    requests,
)


app_name = "fairness"
urlpatterns = [
    path("fair-treatment/", hub.hub, name="hub"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/tally/", requests.tally_page, name="tally"),
    path("requests/<slug:reference>/", requests.request_page, name="request"),
    path("directives/", directives.directive_list, name="directives"),
    path("directives/<slug:reference>/", directives.directive_page, name="directive"),
    path("service-offer/", offers.offer_page, name="offers"),
    path("prime-conduct/", conduct.conduct_page, name="conduct"),
    path(
        "prime-conduct/assessments/<slug:reference>/",
        conduct.assessment_page,
        name="assessment",
    ),
    path(
        "prime-conduct/breaches/<slug:reference>/", conduct.breach_page, name="breach"
    ),
    path("complaints/", complaints.complaint_list, name="complaints"),
    path("complaints/<slug:reference>/", complaints.complaint_page, name="complaint"),
    path("in-confidence/referral-flow/", complaints.flow_page, name="flow"),
    path(
        "in-confidence/complaints/<slug:reference>/",
        complaints.complaint_page,
        name="confidential-complaint",
    ),
    path("in-confidence/disclosures/", disclosures.disclosure_list, name="disclosures"),
    path(
        "in-confidence/disclosures/<slug:reference>/",
        disclosures.disclosure_page,
        name="disclosure",
    ),
    path("doubts/", doubts.doubt_list, name="doubts"),
    path("doubts/<slug:reference>/", doubts.doubt_page, name="doubt"),
    path("notices/<slug:reference>/", doubts.notice_page, name="notice"),
    path("audit-reports/", audit_reports.report_list, name="audit-reports"),
    path("audit-reports/<slug:reference>/", audit_reports.report_page, name="report"),
    path("who-sees-what/", matrix.matrix_page, name="matrix"),
    path("insight/", insight.insight_page, name="insight"),
]
