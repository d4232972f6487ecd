"""One file with everything about a person: JSON for programs, CSV for reading.

Read and packed row by row: what is held in memory is the packed file, some kilobytes for a
year of daily bookings.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.personal_data import personal_data as of_accounts
from billing.personal_data import personal_data as of_billing
from billing.spreadsheets import safe
from bookings.personal_data import personal_data as of_bookings
from compliance.personal_data import personal_data as of_compliance
from facilities.personal_data import personal_data as of_facilities
from notifications.personal_data import personal_data as of_notifications

TABLES = ("bookings", "charges")


def archive_of(person: Any, *, now: dt.datetime) -> bytes:
    """Pack all that is kept about a person into a ZIP."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("data.json", "w") as file:
            for piece in _json(person, now=now):
                file.write(piece.encode())
        for name in TABLES:
            with packed.open(f"{name}.csv", "w") as file:
                # The mark tells spreadsheets that this is UTF-8.
                file.write(b"\xef\xbb\xbf")
                for line in _csv(_all_about(person)[name]):
                    file.write(line.encode())
    return archive.getvalue()


def _all_about(person: Any) -> dict[str, Iterable[dict[str, Any]]]:
    about: dict[str, Iterable[dict[str, Any]]] = {}
    for part in (of_accounts, of_facilities, of_compliance, of_bookings, of_billing):
        about |= part(person)
    return about | of_notifications(person.email)


def _json(person: Any, *, now: dt.datetime) -> Iterator[str]:
    encoder = DjangoJSONEncoder(ensure_ascii=False)
    yield "{\n" + f'"written_at": {encoder.encode(now)}'
    for name, rows in _all_about(person).items():
        yield f',\n"{name}": ['
        for number, row in enumerate(rows):
            yield (",\n  " if number else "\n  ") + encoder.encode(row)
        yield "]"
    yield "\n}\n"


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    line = io.StringIO()
    writer: Any = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(line, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _cell(value: Any) -> Any:
    """Write a value so that no spreadsheet takes it for a formula."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return safe(value) if isinstance(value, str) else value
