"""Routes of payments and of the books."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import ageing, bank_import, books, payments

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/payments/", payments.index, name="payments"),
    path("money/payments/new/", payments.new, name="payment_new"),
    path("money/payments/import/", bank_import.page, name="payments_import"),
    path("money/payments/ageing/", ageing.page, name="ageing"),
    path("money/payments/ageing.csv", ageing.as_csv, name="ageing_csv"),
    path("money/payments/ageing.xlsx", ageing.as_xlsx, name="ageing_xlsx"),
    path("money/payments/<id:payment_id>/", payments.detail, name="payment"),
    path("money/payments/<id:payment_id>/settle/", payments.settle, name="payment_settle"),
    path("money/payments/<id:payment_id>/refund/", payments.give_back, name="payment_refund"),
    path(
        "money/payments/<id:payment_id>/invoices/<id:invoice_id>/undo/",
        payments.undo,
        name="payment_undo",
    ),
    path("invoices/<id:invoice_id>/hold/", payments.hold, name="invoice_hold"),
    path("invoices/<id:invoice_id>/release/", payments.release, name="invoice_release"),
    path("money/books/", books.index, name="books"),
    path("money/books/month/", books.month, name="books_month"),
    path("money/books/journal/", books.journal, name="books_journal"),
    path("money/books/fec/", books.fec, name="books_fec"),
    path("money/books/year-end/", books.deferred, name="books_year_end"),
    path("money/books/year-end/file/", books.deferred_file, name="books_year_end_file"),
    path("money/books/close/", books.close, name="books_close"),
]
