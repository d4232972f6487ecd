"""Which files serve as receipts: known by what they begin with, never by their name.

Pure. A name or a type that a browser sends says what somebody wishes a file to be.
"""

import re
import unicodedata

LARGEST_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 120

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg"}

_BEGINS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_NOT_IN_NAMES = re.compile(r"[^\w.()-]+")


def receipt_type(content: bytes) -> str | None:
    """Return the type of a receipt, or None where it is none that is taken."""
    return next((kind for begin, kind in _BEGINS if content.startswith(begin)), None)


def receipt_name(typed: str, kind: str) -> str:
    """Return a name for a receipt that no header and no file system stumbles over.

    Its folder goes, and so does every ending but the one that fits what it is.
    """
    plain = unicodedata.normalize("NFKC", typed).replace("\\", "/").rsplit("/", 1)[-1]
    stem = _NOT_IN_NAMES.sub(" ", plain).strip(" .")
    stem = re.sub(r"(\.\w{1,5})+$", "", stem).strip(" .") or "receipt"
    ending = ENDINGS[kind]
    return stem[: LONGEST_NAME - len(ending)] + ending
