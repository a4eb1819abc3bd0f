"""Which views may be seen without signing in; every other asks for it."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse


View = TypeVar("View", bound=Callable[..., HttpResponse])


def public(view: View) -> View:
    """Mark a view as one that anybody may see."""
    marked: View = login_not_required(view)
    return marked
