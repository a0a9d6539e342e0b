from django.urls import path

from cadran.palette.views import find

urlpatterns = [
    path("find", find, name="find"),
]
