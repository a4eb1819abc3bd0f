"""The room's place in the Django project."""

from quasimarket.service import room


class ProgrammeConfig(room.Room):
    """The programme and its chain."""

    name = "quasimarket.service.programme"
    verbose_name = "The programme and its chain"
