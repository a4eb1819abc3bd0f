"""The room's place in the Django project."""

from quasimarket.service import room


class ParticipationConfig(room.Room):
    """Participants, from referral to completion."""

    name = "quasimarket.service.participation"
    acts = ("acts", "importing.acts")
    verbose_name = "Participants, from referral to completion"
