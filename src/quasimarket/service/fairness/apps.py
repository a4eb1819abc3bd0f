"""The room's place in the Django project."""

from quasimarket.service import room


class FairnessConfig(room.Room):
    """The black box, made fair."""

    name = "quasimarket.service.fairness"
    verbose_name = "The black box, made fair"
