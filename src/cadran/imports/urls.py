from django.urls import path

from cadran.imports import views

urlpatterns = [
    path("imports", views.imports, name="imports"),
    path("imports/runs/<int:pk>", views.run, name="import_run"),
    path("imports/runs/<int:pk>/rejected.csv", views.rejected, name="import_rejected"),
    path("imports/<uuid:key>", views.one_import, name="import"),
    path("imports/<uuid:key>/forget", views.forget, name="forget_import"),
]
