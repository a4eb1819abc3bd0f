"""The room of pages: it gathers what the other rooms put in the navigation."""

from django.utils.module_loading import autodiscover_modules

from quasimarket.service import room


class PagesConfig(room.Room):
    """Pages, their parts and the GOV.UK files they are made with."""

    name = "quasimarket.service.pages"
    verbose_name = "Pages"
    acts = ("acts", "sign_in_acts", "sign_in_request_acts")

    def ready(self) -> None:
        """Read each room's `navigation.py`, if it has one."""
        super().ready()
        import quasimarket.service.pages.sign_in_navigation  # noqa: F401  # it places itself

        autodiscover_modules("navigation")
