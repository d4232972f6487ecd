"""Log-in by SAML, where the extra `sso` is installed: people are known by their subject only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

UNREADABLE = (OSError, SyntaxError, ValueError)
"""What the libraries raise of a provider that is away, and of an answer that is no XML."""


def saml_urls() -> list[URLPattern]:
    """Return the addresses of SAML; the library behind them is imported here only."""
    from allauth.core.exceptions import ImmediateHttpResponse
    from allauth.socialaccount.helpers import render_authentication_error
    from allauth.socialaccount.providers.saml import views
    from allauth.socialaccount.providers.saml.provider import SAMLProvider

    class SubjectOnly(SAMLProvider):
        """Takes nothing for the person's id but the subject: a NameID may be an address."""

        def extract_uid(self, data: Any) -> str:
            subject = self._extract(data).get("uid")
            if not subject:
                raise ImmediateHttpResponse(render_authentication_error(self.request, self))
            return str(subject)

    class FinishedLogin(views.FinishACSView):
        """Where the answer of the provider is judged."""

        def get_provider(self, organization_slug: str) -> SubjectOnly:
            return SubjectOnly(self.request, app=self.get_app(organization_slug))

        def dispatch(self, request: HttpRequest, organization_slug: str) -> HttpResponse:
            try:
                return super().dispatch(request, organization_slug)
            except UNREADABLE as trouble:
                provider = self.get_provider(organization_slug)
                return render_authentication_error(request, provider, exception=trouble)

    class BegunLogin(views.LoginView):
        """Where somebody is sent to the provider, whose metadata is read on the way."""

        def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return super().dispatch(request, *args, **kwargs)
            except UNREADABLE as trouble:
                return render_authentication_error(request, self.get_provider(), exception=trouble)

    return [
        path("saml/<slug:organization_slug>/login/", BegunLogin.as_view(), name="saml_login"),
        path("saml/<slug:organization_slug>/acs/", views.acs, name="saml_acs"),
        path(
            "saml/<slug:organization_slug>/acs/finish/",
            FinishedLogin.as_view(),
            name="saml_finish_acs",
        ),
        path("saml/<slug:organization_slug>/sls/", views.sls, name="saml_sls"),
        path("saml/<slug:organization_slug>/metadata/", views.metadata, name="saml_metadata"),
    ]
