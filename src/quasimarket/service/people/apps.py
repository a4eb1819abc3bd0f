"""The room's place in the Django project."""

from quasimarket.service.acting import room


class PeopleConfig(room.Room):
    """People and organisations."""

    name = "quasimarket.service.people"
    verbose_name = "People and organisations"
