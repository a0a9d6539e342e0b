from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "cadran.administration"
    label = "administration"
