"""Log-in by OpenID Connect and ORCID: a provider that is away is told on a page."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from requests import RequestException

View = Callable[[HttpRequest, str], HttpResponse]


def _told(view: View) -> View:
    @login_not_required
    def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except RequestException as trouble:
            provider = get_adapter().get_provider(request, provider_id)
            return render_authentication_error(request, provider, exception=trouble)

    return answer


login = _told(views.login)
callback = _told(views.callback)
