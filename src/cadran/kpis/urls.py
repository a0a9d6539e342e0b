from django.urls import path

from cadran.kpis.live import live
from cadran.kpis.views import explore, explore_twin, kpi, kpi_filter, kpi_twin, kpis, story

TWINS = ("csv", "xlsx", "json", "png", "pdf")

urlpatterns = [
    path("live", live, name="live"),
    path("kpi/", kpis, name="kpis"),
    *(path(f"kpi/<str:key>.{form}", kpi_twin, {"form": form}, name=f"kpi_{form}") for form in TWINS),
    path("kpi/<str:key>/filter", kpi_filter, name="kpi_filter"),
    path("kpi/<str:key>", kpi, name="kpi"),
    path("story", story, name="story"),
    path("explore", explore, name="explore"),
    path("explore.csv", explore_twin, {"form": "csv"}, name="explore_csv"),
    path("explore.json", explore_twin, {"form": "json"}, name="explore_json"),
    path("explore.xlsx", explore_twin, {"form": "xlsx"}, name="explore_xlsx"),
]
