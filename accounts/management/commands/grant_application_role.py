"""Lets the application's role work with the tables that the migrations have made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.grants import RoleUnfit, grant_to_application


class Command(BaseCommand):
    """Grant, after each migration, as the owner of the tables."""

    help = (
        "Let the role of DATABASE_URL read and write the tables, but neither change nor delete "
        "what is written once. Run it after each migration, with DATABASE_OWNER_URL set to the "
        "role that owns the tables. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        role, password = settings.APPLICATION_ROLE
        try:
            with transaction.atomic():
                refused = grant_to_application(role, password=password)
        except RoleUnfit as unfit:
            raise CommandError(str(unfit)) from unfit
        self.stdout.write(f"{role} works with the tables; {len(refused)} of them keep their rows.")
