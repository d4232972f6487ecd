"""Routes of staff time and costs passed on."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import extra

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/extra/", extra.page, name="extra"),
    path(
        "money/extra/times/<id:staff_time_id>/take-back/",
        extra.take_back_time,
        name="staff_time_take_back",
    ),
    path("money/extra/costs/<id:cost_id>/take-back/", extra.take_back_cost, name="cost_take_back"),
    path("money/extra/costs/<id:cost_id>/receipt/", extra.receipt, name="cost_receipt"),
]
