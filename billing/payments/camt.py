"""Statements in the form of ISO 20022: camt.053.001.02 to .08 and later, read by name.

The versions differ in where a name or a status stands; the elements are looked up below
their parent, whatever the namespace. Pure: no Django, no tables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from billing.payments.bank_files import (
    CAMT,
    BankStatement,
    Credit,
    Trouble,
    UnreadableFile,
    cents_of,
    near_our_time,
    one_line,
    told_apart,
)

NAMESPACE = re.compile(r"^\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d{2}\}Document$")
BOOKED, CREDITED, EURO = "BOOK", "CRDT", "EUR"


def read_camt(content: bytes) -> BankStatement:
    """Read a statement; a batch is taken apart where its parts say what each came to.

    Raises:
        UnreadableFile: it is no such statement, has a document type, or names several
            accounts.
    """
    root = _root(content)
    statements = _all(root, "BkToCstmrStmt/Stmt")
    ibans = {_text(one, "Acct/Id/IBAN").replace(" ", "").upper() for one in statements} - {""}
    if not statements or len(ibans) > 1:
        raise UnreadableFile(Trouble.NOT_A_STATEMENT)
    credits_: list[Credit] = []
    left_out = 0
    for statement in statements:
        for entry in _all(statement, "Ntry"):
            if _is_credit(entry):
                credits_.extend(_credits_of(entry))
            else:
                left_out += 1
    return BankStatement(
        form=CAMT,
        iban=ibans.pop() if ibans else "",
        credits=told_apart(credits_),
        left_out=left_out,
    )


def _root(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnreadableFile(Trouble.NOT_A_STATEMENT) from None
    if root.getroottree().docinfo.doctype or not NAMESPACE.match(str(root.tag)):
        raise UnreadableFile(Trouble.NOT_A_STATEMENT)
    return root


def _is_credit(entry: Any) -> bool:
    status = _text(entry, "Sts") or _text(entry, "Sts/Cd")
    amount = next(iter(_all(entry, "Amt")), None)
    return (
        _text(entry, "CdtDbtInd") == CREDITED
        and status in (BOOKED, "")
        and amount is not None
        and amount.get("Ccy", EURO) == EURO
    )


def _credits_of(entry: Any) -> Iterator[Credit]:
    total = cents_of(_text(entry, "Amt"), line=entry.sourceline or 0)
    booked_on = _day(entry)
    reference = _text(entry, "AcctSvcrRef")
    parts = _all(entry, "NtryDtls/TxDtls")
    amounts = [_amount_of(part) for part in parts]
    if len(parts) > 1 and None not in amounts and sum(filter(None, amounts)) == total:
        split = list(zip(parts, (cents or 0 for cents in amounts), strict=True))
    else:
        split = [(parts[0] if len(parts) == 1 else entry, total)]
    for number, (part, cents) in enumerate(split, start=1):
        if cents <= 0:
            continue
        own = _text(part, "Refs/AcctSvcrRef") or _text(part, "Refs/TxId")
        yield Credit(
            key="/".join(filter(None, (reference, own, str(number) if len(split) > 1 else ""))),
            booked_on=booked_on,
            amount_cents=cents,
            payer=one_line(_payers(part), longest=200),
            text=one_line(_texts(part, entry), longest=500),
        )


def _amount_of(part: Any) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        for amount in _all(part, path):
            if amount.get("Ccy", EURO) == EURO:
                return cents_of(amount.text or "", line=part.sourceline or 0)
    return None


def _payers(part: Any) -> Iterator[str]:
    for path in ("RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm"):
        yield _text(part, path)


def _texts(part: Any, entry: Any) -> Iterator[str]:
    for path in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf"):
        for element in _all(part, path):
            yield element.text or ""
    yield _text(part, "RmtInf/Strd/RfrdDocInf/Nb")
    reference = _text(part, "Refs/EndToEndId")
    yield "" if reference == "NOTPROVIDED" else reference
    yield _text(part, "AddtlTxInf")
    yield _text(entry, "AddtlNtryInf")


def _day(entry: Any) -> dt.date:
    for path in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        if text := _text(entry, path):
            try:
                day = dt.date.fromisoformat(text[:10])
            except ValueError:
                break
            return near_our_time(day, line=entry.sourceline or 0)
    raise UnreadableFile(Trouble.BAD_LINE, entry.sourceline or 0)


def _all(parent: Any, path: str) -> list[Any]:
    return parent.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def _text(parent: Any, path: str) -> str:
    found = _all(parent, path)
    return (found[0].text or "").strip() if found else ""
