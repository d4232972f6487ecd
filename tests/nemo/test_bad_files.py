"""A file that cannot be imported is refused as a whole, with a sentence that says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Organisation, User
from bookings.models import Booking
from facilities.models import Facility
from tests.factories import an_organisation
from tests.nemo.dumps import a_dump, a_site, a_tool, entry

pytestmark = pytest.mark.django_db

WHOLE = json.dumps(a_site()).encode()


def nothing_is_here() -> bool:
    return not any(model.objects.exists() for model in (User, Organisation, Facility, Booking))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "stops in the middle"),
        (WHOLE[:-200], "stops in the middle"),
        (WHOLE[:-1], "stops in the middle"),
        (b'{"model": "NEMO.user"}', "not a list of rows"),
        (b"null", "not a list of rows"),
        (b"username,email\nned,ned@nautilus.example\n", "not a list of rows"),
        (WHOLE + b"]", "is not JSON"),
        (b'[{"model": "NEMO.user", "fields": {"username": "n\xe9d"}}]', "is not JSON"),
        (WHOLE.decode().encode("utf-16"), "is UTF-16"),
        (b"[1, 2]", "entry 1 has no model"),
        (b'[{"model": "NEMO.user"}]', "entry 1 has no model with fields"),
        (b"[]", "no row of NEMO's"),
        (b'[{"model": "auth.user", "pk": 1, "fields": {}}]', "no row of NEMO's"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_imported(
    tmp_path: Path, content: bytes, sentence: str
):
    path = tmp_path / "dump.json"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("import_nemo", str(path))

    assert "Nothing was imported" in str(refused.value)
    assert nothing_is_here()


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_nemo", str(tmp_path / "nowhere.json"))


def test_a_mark_of_utf_8_at_the_start_is_no_fault(tmp_path: Path):
    path = tmp_path / "dump.json"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE)

    call_command("import_nemo", str(path))

    assert User.objects.count() == 2


def projects_of_one_name() -> list[dict[str, object]]:
    rows = [
        entry("account", name="Lab", type=None, active=True),
        entry("project", name="Squid", account=["Lab"], active=True),
        entry("project", name="Squid", account=["Lab"], active=True),
    ]
    return [{"model": row["model"], "fields": row["fields"]} for row in rows]


def test_projects_of_one_name_are_refused_where_names_are_all_there_is(tmp_path: Path):
    path = a_dump(tmp_path / "dump.json", projects_of_one_name())

    with pytest.raises(CommandError, match=r"share a name.*Squid.*without --natural-foreign"):
        call_command("import_nemo", str(path))

    assert nothing_is_here()


def test_projects_of_one_name_are_refused_where_people_name_them(tmp_path: Path):
    rows = a_site()
    rows.append(entry("project", 3, name="Squid", account=2, active=True))
    rows[6]["fields"]["projects"] = [["Squid"]]

    with pytest.raises(CommandError, match="share a name"):
        call_command("import_nemo", str(a_dump(tmp_path / "dump.json", rows)))


def test_numbered_projects_may_share_a_name(tmp_path: Path):
    rows = [*a_site(), entry("project", 3, name="Squid", account=2, active=True)]

    call_command("import_nemo", str(a_dump(tmp_path / "dump.json", rows)))

    assert Organisation.objects.get(name="Abraham Lincoln Ltd").teams.get().projects.count() == 2


def test_several_hosts_ask_for_a_choice(tmp_path: Path):
    an_organisation(name="Hospital")
    an_organisation(name="University")
    path = str(a_dump(tmp_path / "dump.json", a_site()))

    with pytest.raises(CommandError, match="choose one with --host"):
        call_command("import_nemo", path)
    assert not User.objects.exists()

    call_command("import_nemo", path, host="Hospital")
    assert Organisation.objects.get(name="Hospital").teams.get().name == "Nautilus lab"


def test_tools_of_another_platform_are_not_mixed_up(tmp_path: Path):
    call_command("import_nemo", str(a_dump(tmp_path / "one.json", a_site())), facility="FAB")
    other = a_dump(tmp_path / "two.json", [a_tool(1, "Microscope")])

    with pytest.raises(CommandError, match="--facility FAB"):
        call_command("import_nemo", str(other), facility="MIC")

    assert not Facility.objects.filter(code="MIC").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--facility", "two words"],
        ["--time-zone", "Mars/Base"],
        ["--tier", "Internal"],
        ["--tier", "Internal=FREE"],
        ["--rate-class", "full cost=EVERYBODY"],
    ],
)
def test_options_that_mean_nothing_are_refused(tmp_path: Path, arguments: list[str]):
    path = a_dump(tmp_path / "dump.json", a_site())

    with pytest.raises(CommandError):
        call_command("import_nemo", str(path), *arguments)
    assert nothing_is_here()
