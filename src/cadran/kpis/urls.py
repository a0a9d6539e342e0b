from django.urls import path

from cadran.kpis.live import live
from cadran.kpis.views import kpi, kpi_filter, kpi_twin, kpis

urlpatterns = [
    path("live", live, name="live"),
    path("kpi/", kpis, name="kpis"),
    *(path(f"kpi/<str:key>.{form}", kpi_twin, {"form": form}, name=f"kpi_{form}") for form in ("csv", "xlsx", "json")),
    path("kpi/<str:key>/filter", kpi_filter, name="kpi_filter"),
    path("kpi/<str:key>", kpi, name="kpi"),
]
