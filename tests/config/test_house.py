"""What keeps the house a house: migrations are written, imports point down."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

STORAGE = "django.contrib.staticfiles.storage"


@pytest.mark.django_db
def test_every_model_change_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_system_check_finds_nothing() -> None:
    call_command("check", fail_level="WARNING", stdout=StringIO(), stderr=StringIO())


def test_the_image_can_collect_its_static_files(tmp_path: Path) -> None:
    """As the Dockerfile does: a style sheet that names a missing file fails there."""
    storages = {"staticfiles": {"BACKEND": f"{STORAGE}.ManifestStaticFilesStorage"}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_imports_point_down() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run(
        [str(lint), "--no-cache"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("file", ["core.txt", "local.txt", "dev.txt", "uv.txt"])
def test_locked_requirements_have_hashes_and_name_no_host(file: str) -> None:
    text = (settings.BASE_DIR / "requirements" / file).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "index-url" not in text


def test_the_smaller_lock_files_agree_with_the_whole() -> None:
    def pins(file: str) -> set[str]:
        lines = (settings.BASE_DIR / "requirements" / file).read_text().splitlines()
        return {line.rstrip(" \\") for line in lines if "==" in line and not line.startswith(" ")}

    assert pins("core.txt") <= pins("local.txt") <= pins("dev.txt")
