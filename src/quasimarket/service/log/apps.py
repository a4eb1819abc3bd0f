"""The room's place in the Django project."""

from quasimarket.service import room


class LogConfig(room.Room):
    """The log."""

    name = "quasimarket.service.log"
    verbose_name = "The log"
