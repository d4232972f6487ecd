"""`manage.py close_month 2026-10`: charge what is finished and make the statements."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.errors import MonthNotBegun
from billing.services import close_month


def month_of(text: str) -> dt.date:
    """Read a month written as 2026-10."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month like 2026-10") from wrong


class Command(BaseCommand):
    """Close a month; safe to repeat."""

    help = "Charge finished uses and make each team's statement of a month. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", type=month_of, help="such as 2026-10")

    def handle(self, *, month: dt.date, **options: Any) -> None:
        try:
            report = close_month(month=month, now=timezone.now())
        except MonthNotBegun as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{month:%Y-%m}: {len(report.statement_ids)} statements made")
        for failure in report.failures:
            self.stderr.write(f"booking {failure.booking_id} not charged: {failure.error}")
