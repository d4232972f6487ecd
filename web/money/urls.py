"""Routes of the pages about money."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import hub, invoices, issuers

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/", hub.landing, name="money"),
    path("invoices/", invoices.index, name="invoices"),
    path("invoices/<id:invoice_id>/", invoices.detail, name="invoice"),
    path("invoices/<id:invoice_id>/credit/", invoices.credit, name="invoice_credit"),
    path("money/issuers/", issuers.index, name="issuers"),
    path("money/issuers/new/", issuers.new, name="issuer_new"),
    path("money/issuers/<id:issuer_id>/", issuers.edit, name="issuer"),
    path("money/issuers/<id:issuer_id>/platforms/", issuers.platforms, name="issuer_platforms"),
    path("money/issuers/<id:issuer_id>/accountants/", issuers.accountant, name="issuer_accountant"),
    path(
        "money/issuers/<id:issuer_id>/accountants/<id:person_id>/end/",
        issuers.dismiss,
        name="issuer_dismiss",
    ),
]
