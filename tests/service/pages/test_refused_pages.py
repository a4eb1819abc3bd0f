"""A refusal that a view lets pass is a page with its remedy, never a fault of ours."""

import pytest
from django.test import RequestFactory

from quasimarket.service.acting.refusals import NotAllowed, NotFound, refuse
from quasimarket.service.pages import refused_pages
from quasimarket.service.pages.refused_pages import RefusedPages


@pytest.fixture
def shown(monkeypatch):
    """Keep what would be shown: the frame itself needs a database."""
    kept = []

    def show(request, template, *, title, status=200, **context):
        kept.append((template, status, context))
        return kept[-1]

    monkeypatch.setattr(refused_pages, "show", show)
    monkeypatch.setattr(refused_pages.error_pages, "show", show)
    return kept


def answer_to(exception):
    pages = RefusedPages(lambda request: None)
    return pages.process_exception(RequestFactory().get("/"), exception)


def test_refusal_is_said_with_what_would_mend_it(shown):
    refusal = refuse("late", "The month is over.", remedy="Choose another.")

    template, status, context = answer_to(refusal)

    assert (template, status) == ("pages/errors/409.html", 409)
    assert context["unmet"] == refusal.unmet


@pytest.mark.parametrize(
    ("exception", "status"), [(NotFound("x"), 404), (NotAllowed("x"), 403)]
)
def test_what_is_not_there_or_not_allowed_says_so(shown, exception, status):
    assert answer_to(exception)[1] == status


def test_fault_of_our_own_is_left_alone(shown):
    assert answer_to(ZeroDivisionError()) is None
