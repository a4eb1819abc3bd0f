"""The room's place in the Django project."""

from quasimarket.service import room


class ClaimsConfig(room.Room):
    """Claims and their checks."""

    name = "quasimarket.service.claims"
    verbose_name = "Claims and their checks"
