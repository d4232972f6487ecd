"""How a page of a platform begins: with the platform, if it is the viewer's to run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError, NotFound
from compliance.permissions import facilities_trained_by
from facilities.permissions import facilities_set_up_by
from web.errors import status_of
from web.pages import member_page
from web.people import PageRequest

Page = Callable[..., HttpResponse]


def platform_page(page: Page) -> Page:
    """Hand a page the platform of its address.

    Raises:
        NotFound: there is none, or it is somebody else's: the answer is the same.
    """
    return _found(page, facilities_set_up_by)


def training_page(page: Page) -> Page:
    """Hand a page the platform of its address, to those who train there as well.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _found(page, facilities_trained_by)


def _found(page: Page, facilities: Callable[[Any], Any]) -> Page:
    @member_page
    def found(request: PageRequest, /, code: str, **numbers: int) -> HttpResponse:
        facility = facilities(request.viewer.user).filter(code=code).first()
        if facility is None:
            raise NotFound
        return page(request, facility, **numbers)

    return found


def instrument_of(facility: Any, instrument_id: int) -> Any:
    """Return an instrument of the platform, with its rules.

    Raises:
        NotFound: the platform has none of that number.
    """
    instrument = facility.instruments.select_related("rules").filter(pk=instrument_id).first()
    if instrument is None:
        raise NotFound
    instrument.facility = facility
    return instrument


TABS = (
    # word, route, templates that lie under it
    (_("Overview"), "platform", ("overview", "details", "instrument", "instrument_new", "state")),
    (_("Opening hours"), "platform_hours", ("hours", "hours_form")),
    (_("Closures"), "platform_closures", ("closures", "closing")),
    (_("Rules"), "platform_rules", ("rules", "rules_form")),
    (_("Staff"), "platform_staff", ("staff",)),
    (_("People"), "platform_people", ("people", "revoke", "qualification")),
    (_("Prices"), "platform_prices", ("prices", "price")),
)


def shown(
    request: PageRequest, facility: Any, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer with a page of the platform, under its tabs."""
    viewer = request.viewer
    sets_up = viewer.is_administrator or facility.pk in viewer.managed_facility_ids
    tabs = [(word, route, name in under) for word, route, under in TABS if sets_up]
    context = {"facility": facility, "tabs": tabs, **context}
    return render(request, f"web/running/{name}.html", context, status=status)


def attempted(
    request: HttpRequest, step: Callable[[], str], form: Any, *, to: str, **names: Any
) -> HttpResponse | None:
    """Take the step of a valid form and go on; None if it was refused, which the form says.

    Raises:
        NotFound: what it is about is not there.
    """
    try:
        messages.success(request, step())
    except NotFound:
        raise
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        form.refused_with = status_of(refusal)
        return None
    return redirect(to, **names)
