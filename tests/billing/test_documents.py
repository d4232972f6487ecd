"""The files of issued documents: made once, kept, and given to who may see them."""

import hashlib

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import NotFound
from billing.errors import PdfUnavailable
from billing.models import InvoiceDocument
from billing.services import documents
from tests import factories as make
from tests.factories import NOW
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db


def test_the_files_are_made_once_and_their_sum_is_kept():
    invoice = cases.training(*cases.a_seller())

    first = documents.document_of(invoice_id=invoice.pk)
    second = documents.document_of(invoice_id=invoice.pk)

    assert first.pk == second.pk
    assert bytes(first.pdf).startswith(b"%PDF-1.7")
    assert bytes(first.xml).startswith(b"<?xml")
    assert first.pdf_sha256 == hashlib.sha256(bytes(first.pdf)).hexdigest()


def test_two_at_once_leave_one(monkeypatch):
    invoice = cases.training(*cases.a_seller())
    files = documents.files_of

    def meanwhile(invoice):
        monkeypatch.setattr(documents, "files_of", files)
        documents.document_of(invoice_id=invoice.pk)
        return files(invoice)

    monkeypatch.setattr(documents, "files_of", meanwhile)

    assert documents.document_of(invoice_id=invoice.pk).pk == InvoiceDocument.objects.get().pk


def test_the_files_stay():
    invoice = cases.transfer_note(*cases.a_seller())
    assert bytes(documents.document_of(invoice_id=invoice.pk).xml) == b""
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceDocument.objects.update(pdf=b"")
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceDocument.objects.all().delete()


def test_the_sweep_makes_what_is_missing_and_passes_over_what_fails(monkeypatch):
    invoice = cases.credit_note(*cases.a_seller())
    files = documents.files_of

    def fails_once(one):
        if one.pk == invoice.corrects_id:
            raise ValueError
        return files(one)

    monkeypatch.setattr(documents, "files_of", fails_once)
    assert documents.make_missing_documents(limit=10) == 1
    monkeypatch.setattr(documents, "files_of", files)
    assert documents.make_missing_documents(limit=10) == 1
    assert documents.make_missing_documents(limit=10) == 0


def test_without_pango_the_sweep_waits(monkeypatch):
    cases.training(*cases.a_seller())

    def away(invoice):
        raise PdfUnavailable

    monkeypatch.setattr(documents, "files_of", away)
    assert documents.make_missing_documents(limit=10) == 0


def test_others_never_get_them():
    invoice = cases.transfer_note(*cases.a_seller())
    head = make.a_member(invoice.team, "head")

    assert documents.document_for(invoice_id=invoice.pk, actor=head, now=NOW)
    for stranger in (make.a_member(invoice.team), make.a_partner()):
        with pytest.raises(NotFound):
            documents.document_for(invoice_id=invoice.pk, actor=stranger, now=NOW)
