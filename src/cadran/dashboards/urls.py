from django.urls import path

from cadran.dashboards import edit_views
from cadran.dashboards.outside_views import outside
from cadran.dashboards.twins import FORMS
from cadran.dashboards.views import board, board_home, board_twin, home

urlpatterns = [
    path("", home, name="home"),
    path("d/", edit_views.boards, name="boards"),
    *(path(f"d/<str:slug>.{form}", board_twin, {"form": form}, name=f"board_{form}") for form in FORMS),
    path("d/<str:slug>", board, name="board"),
    path("d/<str:slug>/home", board_home, name="board_home"),
    path("d/<str:slug>/edit", edit_views.board_edit, name="board_edit"),
    path("d/<str:slug>/tiles", edit_views.board_tiles, name="board_tiles"),
    path("d/<str:slug>/tiles/<int:tile>", edit_views.board_tile, name="board_tile"),
    path("d/<str:slug>/links", edit_views.board_links, name="board_links"),
    path("d/<str:slug>/links/<int:link>", edit_views.board_link, name="board_link"),
    path("s/<str:token>", outside, name="outside"),
]
