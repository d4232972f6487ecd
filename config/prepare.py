"""Brings a demo's database and static files up to date, in one process.

python -m config.prepare
"""

import django
from django.conf import settings
from django.core.management import call_command, get_commands


def main() -> None:
    """Migrate, make the demo centre where it is missing, collect static files."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if "demo_centre" in get_commands():
        call_command("demo_centre")
    if not (settings.STATIC_ROOT / "staticfiles.json").exists() or _newer_files():
        call_command("collectstatic", interactive=False, clear=True, verbosity=1)


def _newer_files() -> bool:
    """Say whether a file of ours was changed since static files were collected."""
    collected = (settings.STATIC_ROOT / "staticfiles.json").stat().st_mtime
    ours = settings.BASE_DIR.glob("*/static/**/*")
    locked = settings.BASE_DIR / "requirements" / "local.txt"
    return any(path.stat().st_mtime > collected for path in (*ours, locked))


if __name__ == "__main__":
    main()
