"""What stands above the heading of an act's page: what the act is about."""

from django.apps import apps

from quasimarket.service.acting.act import ACTS
from quasimarket.service.pages.act_view import caption_of


class Named:
    """A thing with a reference and a name."""

    def __init__(self, reference):
        self.reference = reference

    def __str__(self):
        return "Assessment of 4 March 2013"


def test_reference_that_says_nothing_gives_way_to_the_things_name():
    assert caption_of(Named("5d82086adcb8cebe")) == "Assessment of 4 March 2013"
    assert caption_of(Named("sign-in-b5416da74d")) == "Assessment of 4 March 2013"
    assert caption_of(Named("TCXYG7MX")) == "TCXYG7MX"
    assert caption_of(Named("sign-in")) == "sign-in"
    assert caption_of(None) == ""


def test_whatever_an_act_is_about_can_say_what_it_is():
    about = {one.on for one in ACTS.values() if one.on in set(apps.get_models())}
    silent = {
        one.__name__
        for one in about
        if "__str__" not in vars(one) and not hasattr(one, "reference")
    }

    assert about
    assert not silent
