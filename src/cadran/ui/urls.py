from django.urls import path
from django.views.i18n import set_language

from cadran.ui.access import public
from cadran.ui.helping import choose_shortcuts, show_glossary, show_help
from cadran.ui.installing import manifest, offline, service_worker
from cadran.ui.views import choose_theme

urlpatterns = [
    path("language/", public(set_language), name="set_language"),
    path("theme/", choose_theme, name="theme"),
    path("shortcuts/", choose_shortcuts, name="shortcuts"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("offline", offline, name="offline"),
    path("help", show_help, name="help"),
    path("glossary", show_glossary, name="glossary"),
]
