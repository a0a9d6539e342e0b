from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "cadran.dashboards"
    label = "dashboards"
