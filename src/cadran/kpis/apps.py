from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "cadran.kpis"
    label = "kpis"
