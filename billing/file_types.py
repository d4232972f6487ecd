"""What a file is, known by how it begins and never by its name. Pure.

A name or a type that a browser sends says what somebody wishes a file to be.
"""

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"

_BEGINS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))


def type_of_paper(content: bytes) -> str | None:
    """Return the type of a scanned or printed paper, or None where it is none that is taken."""
    return next((kind for begin, kind in _BEGINS if content.startswith(begin)), None)
