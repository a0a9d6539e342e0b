"""The web application, as the server `uvicorn` takes it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadran.config.settings")

application = get_asgi_application()
