from django.urls import path

from cadran.kpis.views import kpi, kpis

urlpatterns = [
    path("kpi/", kpis, name="kpis"),
    path("kpi/<str:key>", kpi, name="kpi"),
]
