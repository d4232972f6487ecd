"""Brings a demo's database up to date.

python -m config.prepare
"""

import django
from django.core.management import call_command, get_commands

from config.environment import flag


def main() -> None:
    """Migrate, let the application's role in, make the demo centre where it is missing."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    call_command("grant_application_role")
    if flag("DEMO_CENTRE", default=True) and "demo_centre" in get_commands():
        call_command("demo_centre")


if __name__ == "__main__":
    main()
