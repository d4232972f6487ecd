"""Routes of the pages about money."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import hub

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/", hub.landing, name="money"),
]
