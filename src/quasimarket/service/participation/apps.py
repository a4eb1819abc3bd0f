"""The room's place in the Django project."""

from quasimarket.service import room


class ParticipationConfig(room.Room):
    """Participants, from referral to completion."""

    name = "quasimarket.service.participation"
    verbose_name = "Participants, from referral to completion"
