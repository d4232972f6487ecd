"""Keep patients out of free text: find what looks like a patient's number.

A guard against mistakes, not against malice. Every pattern is bounded, so that the time
it takes grows with the length of the text and no faster.
"""

import re
import unicodedata

NIR = "nir"
IPP = "ipp"

# Between two digits of a number somebody typed in groups.
_GAP = r"[\s.\-\u2010-\u2015_/|()\u200b]{0,3}"

# Sex, year, month (or a code where it is unknown), department, commune, order, key.
_NIR = re.compile(
    rf"(?<![0-9A-Za-z])(?=([1-478]{_GAP}[0-9]{_GAP}[0-9]{_GAP}"
    rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2]|[2-9]{_GAP}[0-9]){_GAP}"
    rf"(?:2{_GAP}[ABab]|[0-9]{_GAP}[0-9])"
    rf"(?:{_GAP}[0-9]){{6}}{_GAP}[0-9]{_GAP}[0-9])(?![0-9]))"
)

_IPP = re.compile(
    r"(?<!\w)(?:I\.?P\.?P|N\.?I\.?P)\.?(?!\w)[\s:=#\-]{0,5}"
    r"(?:(?:n[o°]?|num[eé]ro|patient)(?![a-z])[\s.:=#\-]{0,5})?"
    r"[0-9](?:[\s.\-]?[0-9]){4}"
    r"|(?<!\w)(?:IPP|NIP)[0-9]{6}",
    re.IGNORECASE,
)

# The long number of an animal project opens with a date, as some social security
# numbers could; it belongs in a purpose and is read away first.
_APAFIS = re.compile(
    r"APAFIS\s{0,3}#?\s{0,3}[0-9]{1,6}\s{0,3}[-\u2013]\s{0,3}"
    r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{7,9}(?![0-9])",
    re.IGNORECASE,
)


def patient_data_found(text: str) -> str | None:
    """Return NIR or IPP when the text seems to hold such a number, else None.

    NIR: a French social security number, whose key must be right, so that an ordinary
    number of fifteen digits passes. IPP: the words IPP or NIP followed by a number of
    five digits or more, as hospitals give their patients.
    """
    plain = _APAFIS.sub(" ", unicodedata.normalize("NFKC", text))
    if any(map(_has_right_key, {match[1] for match in _NIR.finditer(plain)})):
        return NIR
    return IPP if _IPP.search(plain) else None


def _has_right_key(number: str) -> bool:
    """Check a social security number with its key; Corsica counts as 19 and 18.

    Source: INSEE, key = 97 - (first thirteen digits modulo 97).
    """
    compact = "".join(filter(str.isalnum, number)).upper()
    body, key = compact[:13], int(compact[13:])
    digits = int(body.replace("2A", "19").replace("2B", "18"))
    return key == 97 - digits % 97
