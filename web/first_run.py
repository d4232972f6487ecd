"""The way from an empty installation to the first booking, step by step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.readiness import FirstSteps, first_steps
from facilities.permissions import facilities_set_up_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: what it is, why, whether it is done, and the page it is taken on.

    Without `address` an earlier one comes first.
    """

    title: Promise
    why: Promise
    is_done: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """All steps in their order. `is_empty` while there is not even a platform."""

    steps: list[Step]
    is_empty: bool

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The first step that is not done and can be taken."""
        open_steps = (step for step in self.steps if not step.is_done and step.address)
        return next(open_steps, None)


WORDS: dict[str, tuple[Promise, Promise]] = {
    "organisation": (
        _("The host organisation"),
        _("The legal person the platforms belong to; its teams pay the internal price."),
    ),
    "platform": (
        _("A platform"),
        _("A team with instruments, hours and prices of its own."),
    ),
    "instrument": (
        _("An instrument"),
        _("Whatever is reserved for a time: a machine, a room, a workstation."),
    ),
    "hours": (
        _("Opening hours"),
        _("Without them nothing can be booked. Round the clock is a choice too."),
    ),
    "price": (
        _("A price"),
        _("What an hour costs each kind of team; the evening and the night may cost less."),
    ),
    "staff": (
        _("A manager"),
        _("Somebody decides requests, and takes over this platform from you."),
    ),
    "payer": (
        _("A team with a project and an account"),
        _("Every booking is for a project, and somebody pays for it."),
    ),
    "booking": (
        _("The first booking"),
        _("Take it yourself: you see what everybody will see."),
    ),
}


def checklist_for(viewer: Any, *, now: dt.datetime) -> Checklist | None:
    """Return an administrator's checklist; None once everything is done, and for others."""
    if not viewer.is_administrator:
        return None
    done = first_steps(viewer.user, on=now.date())
    if all(getattr(done, name) for name in WORDS):
        return None
    addresses = _addresses(viewer.user, done)
    return Checklist(
        is_empty=not done.platform,
        steps=[
            Step(
                title=title,
                why=why,
                is_done=getattr(done, name),
                address=addresses.get(name, ""),
            )
            for name, (title, why) in WORDS.items()
        ],
    )


def _addresses(user: Any, done: FirstSteps) -> dict[str, str]:
    addresses = {
        "organisation": reverse("first_organisation"),
        "platform": reverse("first_platform"),
    }
    if done.organisation:
        addresses["payer"] = reverse("first_team")
    facility = facilities_set_up_by(user).order_by("pk").first() if done.platform else None
    if facility is None:
        return addresses
    code = [facility.code]
    addresses["instrument"] = reverse("platform_instrument_new", args=code)
    addresses["staff"] = reverse("platform_staff", args=code) + "?first=1"
    instrument = facility.instruments.order_by("pk").first()
    if instrument is not None:
        addresses["hours"] = reverse("platform_hours_new", args=code)
        addresses["price"] = reverse("platform_price", args=[facility.code, instrument.pk])
    if done.hours and done.payer and instrument is not None:
        addresses["booking"] = reverse("book") + f"?instrument={instrument.pk}"
    return addresses
