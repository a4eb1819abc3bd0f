"""The room's place in the Django project."""

from quasimarket.service import room


class PaymentsConfig(room.Room):
    """Payments."""

    name = "quasimarket.service.payments"
    verbose_name = "Payments"
