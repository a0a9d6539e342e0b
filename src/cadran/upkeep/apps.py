from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "cadran.upkeep"
    label = "upkeep"
