"""Routes of the pages about services."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.services import orders, requests, standing, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("services/", requests.index, name="services"),
    path("services/ask/<slug:code>/", requests.ask, name="service_ask"),
    path("services/requests/<id:request_id>/", requests.detail, name="service_request"),
    path("services/requests/<id:request_id>/<slug:step>/", steps.take, name="service_step"),
    path("services/standing/", standing.index, name="standing"),
    path("services/standing/new/", standing.new, name="standing_new"),
    path("services/standing/counts/", standing.counts, name="standing_counts"),
    path("services/standing/<id:use_id>/", standing.detail, name="standing_use"),
    path("services/standing/<id:use_id>/count/", standing.count, name="standing_count"),
    path("services/standing/<id:use_id>/end/", standing.end, name="standing_end"),
    path("money/services/", orders.index, name="orders"),
]
