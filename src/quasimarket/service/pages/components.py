"""Render a GOV.UK component by its name.

The markup is govuk-frontend-jinja's, which is compared with GOV.UK's own at each of
its releases. It is reached through one environment made once: the tags of
govuk-frontend-django make one for each component of each page, at 25 ms apiece
(decision 0011).
"""

from collections.abc import Callable
from functools import cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from jinja2 import Environment, PackageLoader, PrefixLoader


PACKAGE = "govuk_frontend_jinja"
MACROS = Environment(
    loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def macro(name: str) -> Callable[[object], str]:
    """Find the macro of a component by its GOV.UK name, such as `date-input`."""
    words = "".join(word.capitalize() for word in name.split("-"))
    module = MACROS.get_template(f"{PACKAGE}/components/{name}/macro.html").module
    found: Callable[[object], str] = getattr(module, f"govuk{words}")
    return found


def component(kind: str, /, **parameters: object) -> SafeString:
    """Render one component with the parameters that GOV.UK documents for it.

    Text is escaped; only what is passed as `html` is not. Parameters that are None
    are as good as absent.
    """
    text = macro(kind)(without_nothing(parameters))
    # The macro escaped every parameter but those named html. (Its own kind of safe
    # text is not Django's, hence the constructor.)
    return SafeString(text.strip())


def without_nothing(value: object) -> object:
    """Drop what is None, at every depth."""
    if isinstance(value, dict):
        return {
            key: without_nothing(kept)
            for key, kept in value.items()
            if kept is not None
        }
    if isinstance(value, list | tuple):
        return [without_nothing(kept) for kept in value]
    return value


def error_message(text: str | None) -> dict[str, object] | None:
    """Say an error in the form that every field component takes."""
    if not text:
        return None
    return {"text": text, "visuallyHiddenText": _("Error")}
