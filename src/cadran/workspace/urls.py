from django.urls import path

from cadran.workspace.pipeline_views import move_deal, pipeline

urlpatterns = [
    path("pipeline/", pipeline, name="pipeline"),
    path("pipeline/<int:pk>/move", move_deal, name="pipeline_move"),
]
