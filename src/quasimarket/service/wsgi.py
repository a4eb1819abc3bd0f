"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quasimarket.service.settings")
application = get_wsgi_application()
# Django imports the addresses, and with them every page, when the first is asked for:
# somebody would wait for it in each worker. Each imports them for itself: polars has
# threads of its own from its import on, and a fork would leave them behind.
get_resolver().reverse_dict  # noqa: B018  # reading it is what imports them
