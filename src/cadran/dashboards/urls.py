from django.urls import path

from cadran.dashboards.views import home

urlpatterns = [path("", home, name="home")]
