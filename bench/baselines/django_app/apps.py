"""The application's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class Lms(AppConfig):
    """The learning platform."""

    name = "bench.baselines.django_app"
    label = "lms"
