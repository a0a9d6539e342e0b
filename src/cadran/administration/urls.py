from django.urls import path

from cadran.administration import joining

urlpatterns = [
    path("join/<str:token>", joining.join, name="join"),
    path("welcome", joining.welcome, name="welcome"),
    path("welcome/demo", joining.make_demo, name="make_demo"),
]
