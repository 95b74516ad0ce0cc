"""The application's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class Talk(AppConfig):
    """Rooms that people talk in."""

    name = "bench.baselines.channels_app"
    label = "talk"
