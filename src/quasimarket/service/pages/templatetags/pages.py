"""Tags and filters for templates: `{% load pages %}`.

Tables, summaries, timelines, task lists, tabs and charts are records that views make;
a template writes them as `{{ part }}`. What is left for tags is what templates word
themselves.
"""

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quasimarket.service.pages import components, help, parts, shown, wording
from quasimarket.service.pages.django_forms import errors_of, fields_of


register = template.Library()


@register.simple_tag
def component(kind: str, **parameters: object) -> SafeString:
    """Write a GOV.UK component whose parameters are flat, such as a back link."""
    return components.component(kind, **parameters)


@register.simple_tag
def button(
    text: str, *, href: str = "", style: str = "", name: str = "", value: str = ""
) -> SafeString:
    """Write a button; with `href` it is a link; `style` is secondary or warning."""
    return components.component(
        "button",
        text=text,
        href=href or None,
        classes=f"govuk-button--{style}" if style else None,
        name=name or None,
        value=value or None,
        preventDoubleClick=None if href else True,
    )


@register.simple_tag
def tag(state: object, colour: str = "") -> SafeString:
    """Write a state as a coloured tag."""
    return parts.state_tag(state, colour or None)


@register.simple_tag
def warning(text: str) -> SafeString:
    """Write a warning: what may happen if the reader goes on."""
    return components.component(
        "warning-text", text=text, iconFallbackText=_("Warning")
    )


@register.simple_tag
def back(href: str, text: str = "") -> SafeString:
    """Write the link back, which stands above the heading."""
    return components.component("back-link", href=href, text=text or _("Back"))


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Set a text apart from those around it."""
    return components.component("inset-text", html=content.strip())


@register.simple_block_tag
def details(content: str, summary: str) -> SafeString:
    """Fold a text away beneath its summary."""
    return components.component("details", summaryText=summary, html=content.strip())


@register.simple_block_tag
def panel(content: str, title: str) -> SafeString:
    """Confirm that something is done."""
    return components.component("panel", titleText=title, html=content.strip())


@register.simple_block_tag
def notification(content: str, *, success: bool = False, title: str = "") -> SafeString:
    """Tell the reader something that is not part of the page."""
    return components.component(
        "notification-banner",
        type="success" if success else None,
        titleText=title or (_("Done") if success else _("Important")),
        html=content.strip(),
    )


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """List what is wrong with a Django form, each linked to its field."""
    return error_summary(errors_of(form))


@register.simple_tag
def error_summary(errors: list[tuple[str, str]]) -> SafeString:
    """List errors at the top of a page: each a message and the id of its field."""
    if not errors:
        return mark_safe("")  # nothing at all
    return components.component(
        "error-summary",
        titleText=_("There is a problem"),
        errorList=[
            {"text": text, "href": f"#{where}" if where else None}
            for text, where in errors
        ],
    )


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Write the fields of a Django form as GOV.UK components."""
    return fields_of(form)


@register.filter(name="shown")
def shown_filter(value: object) -> str:
    """Write a value for people."""
    return shown.shown(value)


@register.filter
def pounds(pence: object) -> str:
    """Write pence as pounds."""
    return shown.shown_pounds(pence)


@register.filter
def plain(value: float) -> str:
    """Write a number for a drawing, whatever the reader's language."""
    return f"{value:g}"


@register.filter
def worded(text: object) -> object:
    """Give a text of a room in the reader's language."""
    return wording.worded(text) if isinstance(text, str) else text


@register.filter
def paragraphs(text: str) -> list[str]:
    """Part a text where it has an empty line, undoing breaks within a paragraph."""
    return [" ".join(one.split()) for one in text.split("\n\n") if one.strip()]


@register.inclusion_tag("pages/help_beside.html")
def help_beside(room: str) -> dict[str, object]:
    """Write links to the help about a room, to stand beside its page."""
    return {"topics": help.topics_of(room)}
