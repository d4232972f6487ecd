"""Takes over a NEMO site: manage.py import_nemo FILE [--dry-run]."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from accounts.models.organisations import Tier
from billing.nemo.dump import BadDump
from billing.nemo.importing import Order, import_nemo
from facilities.models.facility import validate_time_zone


class Command(BaseCommand):
    """Reads the arguments, imports, prints the report."""

    help = "Import a NEMO dump (Django dumpdata JSON). Safe to repeat; docs/nemo.md says how."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the dump, as JSON in UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="say it all, write nothing")
        parser.add_argument("--report", type=Path, help="write the whole report there, as JSON")
        parser.add_argument(
            "--facility",
            type=_code,
            default="NEMO",
            help="code of the platform that gets the tools; made when there is none",
        )
        parser.add_argument(
            "--time-zone", type=_time_zone, default="Europe/Paris", help="of a platform it makes"
        )
        parser.add_argument(
            "--host", default="", help="organisation of the internal accounts (default: the host)"
        )
        parser.add_argument(
            "--tier",
            type=_tier,
            action="append",
            default=[],
            metavar="TYPE=TIER",
            help="tariff of a type of account, such as Partner=COL; may be repeated",
        )
        parser.add_argument("--rates", type=Path, help="NEMO's rates.json: makes a price list")
        parser.add_argument(
            "--rate-class",
            type=_rate_class,
            action="append",
            default=[],
            metavar="CLASS=TIER,TIER",
            help="who pays a class of rates; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order(
            path=options["file"],
            facility_code=options["facility"],
            time_zone=options["time_zone"],
            host_name=options["host"],
            tiers=dict(options["tier"]),
            rates_path=options["rates"],
            rate_classes=dict(options["rate_class"]),
            dry_run=options["dry_run"],
        )
        try:
            report = import_nemo(order=order, now=timezone.now())
        except BadDump as problem:
            raise CommandError(f"{problem} Nothing was imported.") from problem
        if options["report"]:
            text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
            options["report"].write_text(text + "\n", encoding="utf-8")
        for line in report.lines():
            self.stdout.write(line)


def _code(text: str) -> str:
    try:
        validate_slug(text)
    except ValidationError as error:
        raise ArgumentTypeError("letters, digits, - and _ only") from error
    return text


def _time_zone(text: str) -> str:
    try:
        validate_time_zone(text)
    except ValidationError as error:
        raise ArgumentTypeError("not the name of a time zone, such as Europe/Paris") from error
    return text


def _tier(text: str) -> tuple[str, str]:
    name, _equals, tier = text.rpartition("=")
    if not name or tier not in Tier.values:
        raise ArgumentTypeError(f"write TYPE=TIER with a tier of {', '.join(Tier.values)}")
    return name.lower(), tier


def _rate_class(text: str) -> tuple[str, tuple[str, ...]]:
    name, _equals, tiers = text.rpartition("=")
    chosen = tuple(tiers.split(","))
    if not name or not set(chosen) <= set(Tier.values):
        raise ArgumentTypeError(f"write CLASS=TIER,TIER with tiers of {', '.join(Tier.values)}")
    return name.lower(), chosen
