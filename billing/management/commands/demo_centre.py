"""manage.py demo_centre: make the demo centre, unless it is there."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.demo_centre.centre import exists, make_centre


class Command(BaseCommand):
    """Make the demo centre."""

    help = "Make the demo centre, with its log-ins, in an empty demo database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse to put people with a known password anywhere but into a demo."""
        if settings.PLATEAU_ENV not in {"demo", "test"}:
            raise CommandError("The demo centre has passwords that everybody knows: demo only.")
        if exists():
            self.stdout.write("The demo centre is there.")
            return
        started = time.monotonic()
        make_centre(now=timezone.now().replace(second=0, microsecond=0))
        self.stdout.write(f"The demo centre is made, in {time.monotonic() - started:.0f} s.")
