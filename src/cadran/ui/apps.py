from django.apps import AppConfig
from django.core.checks import Tags, register

from cadran.ui.access import every_url_has_a_policy


class UiConfig(AppConfig):
    name = "cadran.ui"
    label = "ui"

    def ready(self) -> None:
        register(Tags.urls)(every_url_has_a_policy)
