"""Routes of the pages about money."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import hub, invoices

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/", hub.landing, name="money"),
    path("invoices/", invoices.index, name="invoices"),
    path("invoices/<id:invoice_id>/", invoices.detail, name="invoice"),
    path("invoices/<id:invoice_id>/credit/", invoices.credit, name="invoice_credit"),
]
