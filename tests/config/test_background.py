"""Celery loses nothing, and beat asks only for tasks that exist."""

import pytest

from config import celery_app
from config.schedule import beat_schedule


@pytest.fixture(autouse=True)
def loaded() -> None:
    celery_app.loader.import_default_modules()


@pytest.mark.parametrize("name", sorted(beat_schedule()))
def test_a_scheduled_task_exists(name: str) -> None:
    assert beat_schedule()[name]["task"] in celery_app.tasks


def test_a_task_outlives_the_worker_that_was_killed_with_it() -> None:
    conf = celery_app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["visibility_timeout"] == 300
    assert conf.broker_transport_options["unacked_restore_throttle"] == 1


def test_tasks_are_json_bounded_in_time_and_leave_no_results() -> None:
    conf = celery_app.conf
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert (conf.task_soft_time_limit, conf.task_time_limit) == (90, 120)
    assert conf.task_ignore_result
    assert conf.worker_soft_shutdown_timeout == 60


def test_no_task_undoes_the_common_settings() -> None:
    ours = {name: task for name, task in celery_app.tasks.items() if not name.startswith("celery.")}
    assert ours
    for name, task in ours.items():
        assert task.acks_late, name
        assert task.reject_on_worker_lost, name
        assert task.ignore_result, name


def test_intervals_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWEEP_OUTBOX_SECONDS", "1")
    assert beat_schedule()["sweep outbox"]["schedule"] == 1
