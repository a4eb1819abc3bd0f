"""The room's place in the Django project."""

from quasimarket.service import room


class ChainConfig(room.Room):
    """Performance and the chain."""

    name = "quasimarket.service.chain"
    verbose_name = "Performance and the chain"
