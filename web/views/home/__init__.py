"""The first page: for everybody who they are, for strangers what this is.

One module for each kind of person. Who runs a platform sees its day, a partner their
programmes and orders, an administrator the centre, everybody else their own sessions.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from web.demo import LOGINS, PASSWORD
from web.first_run import checklist_for
from web.pages import member_page
from web.people import PageRequest
from web.views.home import centre, partner, platform, researcher

__all__ = ["home"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is next and what waits, or what Plateau is."""
    if request.user.is_authenticated:
        return own_home(request)
    is_demo = settings.PLATEAU_ENV == "demo"
    context = {
        "logins": LOGINS if is_demo else {},
        "password": PASSWORD if is_demo else "",
        "is_public": settings.PUBLIC_CATALOGUE,
    }
    return render(request, "web/welcome.html", context)


@member_page
def own_home(request: PageRequest) -> HttpResponse:
    """Show the first page of whoever looks."""
    viewer, now = request.viewer, timezone.now()
    checklist = checklist_for(viewer, now=now)
    if checklist is not None and checklist.is_empty:
        return redirect("first_run")
    to_do = {"checklist": checklist}
    if viewer.run_facility_ids:
        context = platform.context_for(viewer, now=now) | to_do
        return render(request, "web/home/platform.html", context)
    if viewer.is_administrator:
        return render(request, "web/home/centre.html", centre.context_for(viewer, now=now) | to_do)
    if viewer.is_partner:
        return render(request, "web/home/partner.html", partner.context_for(viewer, now=now))
    return render(request, "web/home/researcher.html", researcher.context_for(viewer, now=now))
