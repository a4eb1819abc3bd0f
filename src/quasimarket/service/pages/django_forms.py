"""Write Django's own forms (those of signing in) as GOV.UK components."""

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quasimarket.service.pages.components import component, error_message


def fields_of(form: forms.BaseForm) -> SafeString:
    """Write every field, the hidden ones as they are."""
    written = [str(field) for field in form.hidden_fields()]
    written += [field_markup(field) for field in form.visible_fields()]
    return mark_safe("".join(written))  # each is a component, or Django's own


def errors_of(form: forms.BaseForm) -> list[tuple[str, str]]:
    """List the form's errors, each with the id of its field."""
    errors = [(str(text), first_id(form)) for text in form.non_field_errors()]
    for field in form:
        errors += [(str(text), field.id_for_label) for text in field.errors]
    return errors


def first_id(form: forms.BaseForm) -> str:
    """Give the id of the first field that can be seen: errors of the whole go there."""
    return next((field.id_for_label for field in form.visible_fields()), "")


def field_markup(field: BoundField) -> SafeString:
    """Write one field with its label, hint and error."""
    match field.field.widget:
        case forms.CheckboxInput():
            return checkbox(field)
        case forms.PasswordInput():
            return password(field)
        case _:
            return text_input(field)


def common(field: BoundField) -> dict[str, object]:
    """Give what every component takes."""
    return {
        "id": field.id_for_label,
        "name": field.html_name,
        "hint": {"text": str(field.help_text)} if field.help_text else None,
        "errorMessage": error_message(" ".join(map(str, field.errors))),
    }


def text_input(field: BoundField) -> SafeString:
    """Write an input of one line."""
    attributes = field.field.widget.attrs
    kind = getattr(field.field.widget, "input_type", "text")
    return component(
        "input",
        **common(field),
        label={"text": str(field.label)},
        type=kind,
        value=None if field.value() is None else str(field.value()),
        autocomplete=attributes.get("autocomplete"),
        inputmode=attributes.get("inputmode"),
        spellcheck=False,
        classes=None if kind == "email" else "govuk-input--width-20",
    )


def password(field: BoundField) -> SafeString:
    """Write a password, which the reader may choose to see; never what was typed."""
    attributes = field.field.widget.attrs
    return component(
        "password-input",
        **common(field),
        label={"text": str(field.label)},
        autocomplete=attributes.get("autocomplete", "current-password"),
        showPasswordText=_("Show"),
        hidePasswordText=_("Hide"),
        showPasswordAriaLabelText=_("Show password"),
        hidePasswordAriaLabelText=_("Hide password"),
        passwordShownAnnouncementText=_("Your password is visible"),
        passwordHiddenAnnouncementText=_("Your password is hidden"),
    )


def checkbox(field: BoundField) -> SafeString:
    """Write one box to tick."""
    shared = common(field)
    return component(
        "checkboxes",
        name=shared["name"],
        errorMessage=shared["errorMessage"],
        items=[
            {
                "id": shared["id"],
                "value": "on",
                "text": str(field.label),
                "hint": shared["hint"],
                "checked": bool(field.value()),
            }
        ],
    )
