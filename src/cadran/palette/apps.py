from django.apps import AppConfig


class PaletteConfig(AppConfig):
    name = "cadran.palette"
    label = "palette"
