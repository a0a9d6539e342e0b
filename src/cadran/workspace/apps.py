from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "cadran.workspace"
    label = "workspace"
