"""Who works on a platform, and the sessions its operators attend."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.consequences import sessions_attended
from facilities.services import end_role, give_role
from facilities.staffing import staff_of
from web.forms.running import StaffForm
from web.pages import carried_out
from web.people import PageRequest
from web.sessions import SHOWN_WITH, sessions_of
from web.views.running.scope import attempted, platform_page, shown

MOST = 30


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def staff(request: PageRequest, facility: Any) -> HttpResponse:
    """Show who has which role and what operators do next; give somebody a role."""
    form = StaffForm(request.POST or None, initial=_started(request))
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            held = give_role(
                actor=request.viewer.user,
                facility_code=facility.code,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
            )
            return _("%(person)s: %(role)s.") % {
                "person": held.user,
                "role": held.get_role_display(),
            }

        if done := attempted(request, step, form, to="platform_staff", code=facility.code):
            return done
    now = timezone.now()
    attended = sessions_attended(facility.pk, now=now).select_related(*SHOWN_WITH)[:MOST]
    context = {
        "form": form,
        "staff": staff_of(facility.pk),
        "sessions": sessions_of(attended, viewer=request.viewer, now=now),
    }
    status = form.refused_with if request.method == "POST" else 200
    return shown(request, facility, "staff", context, status=status)


def _started(request: PageRequest) -> dict[str, str]:
    """Propose an administrator to themselves while a new platform has nobody."""
    is_first = "first" in request.GET and request.viewer.is_administrator
    email = request.viewer.user.email if is_first else ""
    return {"email": email, "role": "manager" if is_first else "operator"}


@require_POST
@platform_page
def end(request: PageRequest, facility: Any, staff_id: int) -> HttpResponse:
    """End somebody's role; the last manager stays."""

    def step() -> str:
        held = end_role(actor=request.viewer.user, staff_id=staff_id)
        return _("%(person)s is no longer %(role)s.") % {
            "person": held.user,
            "role": held.get_role_display().lower(),
        }

    return carried_out(request, step, otherwise=f"/platform/{facility.code}/staff/")
