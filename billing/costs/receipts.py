"""How large a receipt may be, and by which name it is kept. Pure."""

import re
import unicodedata

from billing.file_types import JPEG, PDF, PNG

LARGEST_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 120

ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg"}

_NOT_IN_NAMES = re.compile(r"[^\w.()-]+")


def receipt_name(typed: str, kind: str) -> str:
    """Return a name for a receipt that no header and no file system stumbles over.

    Its folder goes, and so does every ending but the one that fits what it is.
    """
    plain = unicodedata.normalize("NFKC", typed).replace("\\", "/").rsplit("/", 1)[-1]
    stem = _NOT_IN_NAMES.sub(" ", plain).strip(" .")
    stem = re.sub(r"(\.\w{1,5})+$", "", stem).strip(" .") or "receipt"
    ending = ENDINGS[kind]
    return stem[: LONGEST_NAME - len(ending)] + ending
