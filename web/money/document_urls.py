"""Routes of the files of invoices, their way to the buyer, and transfer notes for the books."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import documents, recharges

urlpatterns: list[URLPattern | URLResolver] = [
    path("invoices/<id:invoice_id>/pdf/", documents.pdf, name="invoice_pdf"),
    path("invoices/<id:invoice_id>/xml/", documents.xml, name="invoice_xml"),
    path("invoices/<id:invoice_id>/send/", documents.send, name="invoice_send"),
    path("money/recharges/", recharges.index, name="recharges"),
    path("money/recharges/new/", recharges.new, name="recharge_new"),
    path("money/recharges/<id:export_id>/", recharges.layout, name="recharge_layout"),
    path("money/recharges/<id:export_id>/end/", recharges.end, name="recharge_end"),
    path("money/recharges/<id:export_id>/file/", recharges.file, name="recharge_file"),
]
