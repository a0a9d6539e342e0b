from django.urls import path

from cadran.dashboards.views import board, home

urlpatterns = [
    path("", home, name="home"),
    path("d/<str:slug>", board, name="board"),
]
