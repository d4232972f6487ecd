"""Brings a demo's database and static files up to date, in one process.

python -m config.prepare
"""

import django
from django.core.management import call_command, get_commands

from config.environment import flag


def main() -> None:
    """Migrate, make the demo centre where it is missing, collect static files."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if flag("DEMO_CENTRE", default=True) and "demo_centre" in get_commands():
        call_command("demo_centre")
    call_command("collectstatic", interactive=False, clear=True, verbosity=1)


if __name__ == "__main__":
    main()
