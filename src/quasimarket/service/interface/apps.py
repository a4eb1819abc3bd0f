"""The room's place in the Django project."""

from quasimarket.service import room


class InterfaceConfig(room.Room):
    """The interface for programs."""

    name = "quasimarket.service.interface"
    verbose_name = "The interface for programs"
