"""The web application, as the server `uvicorn` takes it."""

import os
import warnings

from django.conf import settings
from django.core.asgi import get_asgi_application

from cadran.kpis.live import Live
from cadran.ui.access import refuse_silent_urls
from cadran.ui.charts import bundle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadran.config.settings")

# WhiteNoise reads its files in blocks, without waiting; they are small, and read once by each browser.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

bundle.write(settings.STATIC_HOME)  # before the server looks for its static files
application = Live(get_asgi_application())
refuse_silent_urls()
