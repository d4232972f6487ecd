"""Makes an empty installation ready for its first administrator."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.errors import CentreFounded, PasswordRefused
from accounts.services import found_centre

PASSWORD_VARIABLE = "PLATEAU_SETUP_PASSWORD"  # noqa: S105 - a name, not a password


class Command(BaseCommand):
    """Ask who administers the centre, and what it is called; then say where to go on."""

    help = (
        "Make the first administrator and the host organisation. What is not given is asked; "
        f"the password is read from {PASSWORD_VARIABLE} or, with --password-stdin, from the "
        "standard input, so that it stands in no list of processes. Refuses where there are "
        "people already, unless --force is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="address of the first administrator")
        parser.add_argument("--centre", help="name of the host organisation")
        parser.add_argument("--password-stdin", action="store_true", help="read one line")
        parser.add_argument(
            "--force", action="store_true", help="also where there are people already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = _said(options["email"], "E-mail of the administrator")
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        centre = _said(options["centre"], "Name of the centre")
        password = _password(from_stdin=options["password_stdin"])
        try:
            person = found_centre(
                email=email, password=password, centre=centre, force=options["force"]
            )
        except CentreFounded as error:
            raise CommandError(
                "There are people here already; nothing was changed. Log in as an administrator, "
                "or repeat with --force to make another one."
            ) from error
        except PasswordRefused as error:
            raise CommandError("\n".join(error.sentences)) from error
        self.stdout.write(
            f"{person.email} administers {centre}.\n"
            "Log in: the first page leads from here to the first booking."
        )


def _said(given: str | None, question: str) -> str:
    if given:
        return given.strip()
    if not sys.stdin.isatty():
        raise CommandError(f"{question}: nobody is here to ask. Give it as an option.")
    answer = input(f"{question}: ").strip()
    if not answer:
        raise CommandError(f"{question} is needed.")
    return answer


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if password := os.environ.get(PASSWORD_VARIABLE):
        return password
    if not sys.stdin.isatty():
        raise CommandError(f"No password: set {PASSWORD_VARIABLE} or use --password-stdin.")
    return getpass.getpass("Password: ")
