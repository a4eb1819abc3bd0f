"""The room's place in the Django project."""

from quasimarket.service import room


class PeopleConfig(room.Room):
    """People and organisations."""

    name = "quasimarket.service.people"
    verbose_name = "People and organisations"
