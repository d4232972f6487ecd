"""What keeps the house a house: migrations are written, imports point down."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command


@pytest.mark.django_db
def test_every_model_change_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_system_check_finds_nothing() -> None:
    call_command("check", fail_level="WARNING", stdout=StringIO(), stderr=StringIO())


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
