from django.apps import AppConfig
from django.core.checks import Tags, register

from cadran.ui import translations
from cadran.ui.access import every_url_has_a_policy


class UiConfig(AppConfig):
    name = "cadran.ui"
    label = "ui"

    def ready(self) -> None:
        translations.compile_all()
        register(Tags.urls)(every_url_has_a_policy)
