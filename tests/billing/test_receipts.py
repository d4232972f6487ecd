"""Which files serve as receipts, and how they are named."""

import pytest

from billing.costs.receipts import receipt_name
from billing.file_types import JPEG, PDF, PNG, type_of_paper


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 rest", PDF),
        (b"\x89PNG\r\n\x1a\n rest", PNG),
        (b"\xff\xd8\xff\xe0 rest", JPEG),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b" %PDF-1.7", None),
        (b"GIF89a", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_receipt_is_known_by_what_it_begins_with(content, kind):
    assert type_of_paper(content) == kind


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("Facture n° 12.pdf", PDF, "Facture n 12.pdf"),
        ("receipt.pdf.exe", PDF, "receipt.pdf"),
        ("page.html", PNG, "page.png"),
        ("../../etc/passwd", JPEG, "passwd.jpg"),
        ("C:\\Users\\me\\scan.JPEG", JPEG, "scan.jpg"),
        ('a"; filename="b.exe', PDF, "a filename b.pdf"),
        ("line\r\nSet-Cookie: a=b", PDF, "line Set-Cookie a b.pdf"),
        ("reçu été.pdf", PDF, "reçu été.pdf"),
        ("", PDF, "receipt.pdf"),
        ("...", PDF, "receipt.pdf"),
        ("x" * 500, PDF, "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(typed, kind, name):
    assert receipt_name(typed, kind) == name
