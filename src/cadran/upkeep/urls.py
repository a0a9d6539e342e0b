from django.urls import path

from cadran.upkeep.views import adoption, quality

urlpatterns = [
    path("quality", quality, name="quality"),
    path("adoption", adoption, name="adoption"),
]
