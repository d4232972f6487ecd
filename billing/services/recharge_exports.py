"""Files of transfer notes for the books of a body: how they are laid out, and one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.errors import NotFound
from accounts.models import User
from accounts.transactions import refused_by, use_case
from billing.documents.errors import ColumnsWrong, LayoutNamed
from billing.documents.recharge_files import Layout, Row, WrongColumn, columns_of, file_of
from billing.documents.recharge_presets import PRESETS
from billing.models import InvoiceLine, Issuer, RechargeExport
from billing.permissions import issuers_kept_by


@use_case
def add_recharge_export(*, issuer_id: int, preset: str, actor: User) -> RechargeExport:
    """Begin a layout for the books of an issuer from one that we know.

    Raises:
        NotFound: the actor keeps no such books, or there is no such layout to begin with.
        LayoutNamed: the issuer has one of that name.
    """
    issuer = issuers_kept_by(actor).filter(pk=issuer_id).first()
    chosen = PRESETS.get(preset)
    if issuer is None or chosen is None:
        raise NotFound
    layout = chosen.layout
    export = RechargeExport(
        issuer=issuer,
        name=chosen.name,
        columns=[
            {"header": one.header, "source": one.source, "format": one.format}
            for one in layout.columns
        ],
        delimiter=layout.delimiter,
        encoding=layout.encoding,
        decimal_comma=layout.decimal_comma,
        has_header=layout.has_header,
    )
    return _saved(export)


@use_case
def change_recharge_export(*, export_id: int, actor: User, **fields: Any) -> RechargeExport:
    """Change how a file is laid out: name, columns, delimiter, encoding, commas, first line.

    Raises:
        NotFound: the actor keeps no books with such a file.
        ColumnsWrong: a column names what there is not.
        LayoutNamed: another of the issuer is called so.
    """
    export = export_for(export_id=export_id, actor=actor)
    for name, value in fields.items():
        setattr(export, name, value)
    return _saved(export)


@use_case
def end_recharge_export(*, export_id: int, actor: User) -> None:
    """Take a layout away; files made with it are the body's.

    Raises:
        NotFound: the actor keeps no books with such a file.
    """
    export_for(export_id=export_id, actor=actor).delete()


def exports_kept_by(user: User) -> QuerySet[RechargeExport]:
    """Return the layouts for the books that a person keeps."""
    exports = RechargeExport.objects.select_related("issuer__organisation")
    return exports.filter(issuer__in=issuers_kept_by(user))


def export_for(*, export_id: int, actor: User) -> RechargeExport:
    """Return a layout to who keeps the books it is for.

    Raises:
        NotFound: there is none for them.
    """
    export = exports_kept_by(actor).filter(pk=export_id).first()
    if export is None:
        raise NotFound
    return export


def recharge_file(*, export_id: int, first: dt.date, last: dt.date, actor: User) -> bytes:
    """Return the file of the transfer notes issued on some days, both inclusive.

    Credit notes of transfer notes are in it, their amounts negative.

    Raises:
        NotFound: the actor keeps no books with such a file.
        ColumnsWrong: the layout names what there is not any more.
    """
    export = export_for(export_id=export_id, actor=actor)
    layout = Layout(
        columns=_read(export.columns),
        delimiter=export.delimiter,
        encoding=export.encoding,
        decimal_comma=export.decimal_comma,
        has_header=export.has_header,
    )
    return file_of(_rows(export.issuer, first, last), layout)


def _saved(export: RechargeExport) -> RechargeExport:
    _read(export.columns)
    with refused_by("recharge_export_name_once", LayoutNamed):
        export.save()
    return export


def _read(columns: Sequence[Mapping[str, str]]) -> Sequence[Any]:
    try:
        return columns_of(columns)
    except WrongColumn as wrong:
        raise ColumnsWrong(place=wrong.place, why=wrong.why) from wrong


def _rows(issuer: Issuer, first: dt.date, last: dt.date) -> Iterator[Row]:
    lines = (
        InvoiceLine.objects.filter(
            Q(invoice__kind="recharge")
            | Q(invoice__kind="credit_note", invoice__corrects__kind="recharge"),
            invoice__issuer=issuer,
            invoice__issued_on__range=(first, last),
        )
        .select_related("invoice__team", "invoice__corrects", "account__cost_object_kind")
        .select_related("facility")
        .order_by("invoice_id", "position")
    )
    for line in lines.iterator(chunk_size=2000):
        yield _row(line, issuer)


def _row(line: InvoiceLine, issuer: Issuer) -> Row:
    note, account = line.invoice, line.account
    kind = account.cost_object_kind if account else None
    sign = -1 if note.kind == "credit_note" else 1
    return Row(
        number=note.number,
        date=note.issued_on,
        month=line.service_date.replace(day=1),
        corrects=note.corrects.number if note.corrects else "",
        position=line.position,
        service_date=line.service_date,
        description=line.description,
        quantity=line.quantity * sign,
        unit=line.unit,
        unit_price=Decimal(line.unit_price_cents) / 100,
        percent=line.percent,
        amount=Decimal(line.net_cents * sign) / 100,
        team=note.team.name,
        account=account.reference if account else "",
        account_name=account.name if account else "",
        cost_object=kind.name if kind else "",
        platform=line.facility.code,
        issuer=issuer.code,
    )
