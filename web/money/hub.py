"""Where the bar's "Money" leads: the first tab that somebody has."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from web.money.tabs import tabs_for
from web.pages import member_page
from web.people import PageRequest


@require_safe
@member_page
def landing(request: PageRequest) -> HttpResponse:
    """Go on to the first page about money that this person works with.

    Raises:
        NotFound: they have nothing to do with money here.
    """
    tabs = tabs_for(request.viewer)
    if not request.viewer.watches_money or not tabs:
        raise NotFound
    return redirect(tabs[0].url_name)
