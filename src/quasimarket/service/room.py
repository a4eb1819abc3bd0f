"""What every room of the service has in common."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Room(AppConfig):
    """A part of the service; its acts, if it has any, are registered on start."""

    default_auto_field = "django.db.models.BigAutoField"
    acts: tuple[str, ...] = ("acts",)
    """The modules of the room that declare acts."""

    def ready(self) -> None:
        """Import the room's acts, so that every door knows them."""
        for module in self.acts:
            if find_spec(f"{self.name}.{module}"):
                import_module(f"{self.name}.{module}")
