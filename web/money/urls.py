"""Routes of the pages about money."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import disputes, hub, invoices, issuers, month_end, quote_steps, quotes
from web.money.contract_urls import urlpatterns as contract_routes
from web.money.document_urls import urlpatterns as document_routes
from web.money.extra_urls import urlpatterns as extra_routes
from web.money.payment_urls import urlpatterns as payment_routes
from web.money.price_urls import urlpatterns as price_list_routes

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/", hub.landing, name="money"),
    *extra_routes,
    *price_list_routes,
    *contract_routes,
    path("quotes/", quotes.index, name="quotes"),
    path("quotes/new/", quotes.new, name="quote_new"),
    path("quotes/<id:quote_id>/", quotes.detail, name="quote"),
    path("quotes/<id:quote_id>/edit/", quotes.edit, name="quote_edit"),
    path("quotes/<id:quote_id>/lines/", quote_steps.add_line, name="quote_lines"),
    path("quotes/<id:quote_id>/lines/<id:line_id>/", quote_steps.line, name="quote_line"),
    path(
        "quotes/<id:quote_id>/lines/<id:line_id>/end/",
        quote_steps.end_line,
        name="quote_line_end",
    ),
    path("quotes/<id:quote_id>/send/", quote_steps.send, name="quote_send"),
    path("quotes/<id:quote_id>/accept/", quote_steps.accept, name="quote_accept"),
    path("quotes/<id:quote_id>/record/", quote_steps.record, name="quote_record"),
    path("quotes/<id:quote_id>/refuse/", quote_steps.refuse, name="quote_refuse"),
    path("quotes/<id:quote_id>/withdraw/", quote_steps.withdraw, name="quote_withdraw"),
    path("quotes/<id:quote_id>/copy/", quote_steps.copy, name="quote_copy"),
    path("quotes/<id:quote_id>/pdf/", quote_steps.pdf, name="quote_pdf"),
    path("quotes/<id:quote_id>/order/", quote_steps.order_file, name="quote_order"),
    path("money/month-end/", month_end.page, name="month_end"),
    path("money/month-end/progress/", month_end.progress, name="month_end_progress"),
    path("money/month-end/start/", month_end.start, name="month_end_start"),
    path("money/month-end/move/", disputes.move, name="month_end_move"),
    path("money/month-end/engagement/", disputes.engage, name="month_end_engagement"),
    path(
        "money/organisations/<id:organisation_id>/",
        month_end.particulars,
        name="organisation_particulars",
    ),
    path("statements/<id:statement_id>/", disputes.statement, name="statement"),
    path("charges/<id:charge_id>/dispute/", disputes.dispute, name="charge_dispute"),
    path("disputes/<id:dispute_id>/uphold/", disputes.uphold, name="dispute_uphold"),
    path("disputes/<id:dispute_id>/reject/", disputes.reject, name="dispute_reject"),
    *payment_routes,
    *document_routes,
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
