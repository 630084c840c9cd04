"""The smallest Django project around the views; yours has all of this in its settings and URLs."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DATA_UPLOAD_MAX_MEMORY_SIZE=2 * 1024 * 1024,  # The server has the same limit: see README.md.
    DEBUG=False,
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("DJANGO_SECRET_KEY") or os.urandom(32).hex(),
)
application = get_wsgi_application()

import views  # noqa: E402 (only now can views be imported)

urlpatterns = [path("refold", views.receive)]
if os.environ.get("SHOW_EFFECTS") == "1":
    urlpatterns.append(path("effects", views.effects))
