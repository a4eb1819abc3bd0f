"""The room's place in the Django project."""

from quasimarket.service import room


class UpkeepConfig(room.Room):
    """Keeping it running."""

    name = "quasimarket.service.upkeep"
    verbose_name = "Keeping it running"
