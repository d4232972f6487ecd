"""How somebody likes to read: light or dark; and the page behind More on a phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from web.pages import member_page, way_back
from web.people import PageRequest

THEMES = ("light", "dark")
COOKIE = "theme"
A_YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie; anything else follows the system again."""
    response = redirect(way_back(request, "/"))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=A_YEAR_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


@require_safe
@member_page
def more(request: PageRequest) -> HttpResponse:
    """Show what has no place in the bar of a phone."""
    return render(request, "web/more.html")
