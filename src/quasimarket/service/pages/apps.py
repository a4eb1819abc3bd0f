"""The room of pages: it gathers what the other rooms put in the navigation."""

from django.utils.module_loading import autodiscover_modules

from quasimarket.service import room


class PagesConfig(room.Room):
    """Pages, their parts and the GOV.UK files they are made with."""

    name = "quasimarket.service.pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        """Read each room's `navigation.py`, if it has one."""
        super().ready()
        autodiscover_modules("navigation")
