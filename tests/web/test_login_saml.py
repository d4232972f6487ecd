"""Log-in by SAML: our metadata, the way there, and whom an answer is taken for."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from django.test import Client
from django.urls import resolve, reverse

from config.sign_in import MAIL, SUBJECT_ID, identity_origins, identity_providers
from tests.identity_provider import served

ENTITY = "https://idp.centre.example"
METADATA = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
 Location="{ENTITY}/sso"/></IDPSSODescriptor></EntityDescriptor>"""


@pytest.fixture(autouse=True)
def _configured(settings, monkeypatch):
    def metadata(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/xml")])
        return [METADATA.encode()]

    with served(metadata) as url:
        for name, value in {
            "SAML_METADATA_URL": f"{url}/metadata",
            "SAML_ENTITY_ID": ENTITY,
            "SAML_NAME": "Fédération",
        }.items():
            monkeypatch.setenv(name, value)
        settings.SOCIALACCOUNT_PROVIDERS = identity_providers()
        yield


@pytest.fixture
def client(settings):
    """A browser that names the site as a library of SAML wants it: with a dot."""
    settings.ALLOWED_HOSTS = ["plateau.example.org"]
    return Client(headers={"host": "plateau.example.org"})


@pytest.fixture
def provider(rf):
    """The provider as the page that judges an answer has it."""
    match: Any = resolve(reverse("saml_finish_acs", args=["centre"]))
    view = match.func.view_class()
    view.request = rf.get("/")
    return view.get_provider("centre")


def answer(**attributes):
    return SimpleNamespace(
        get_attributes=lambda: attributes,
        get_nameid=lambda: "ana@lab.example",
        get_nameid_format=lambda: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    )


def test_our_metadata_names_the_place_where_answers_go(client):
    page = client.get(reverse("saml_metadata", args=["centre"]))
    assert page.headers["Content-Type"] == "text/xml"
    assert f"http://plateau.example.org{reverse('saml_acs', args=['centre'])}" in page.text


def test_the_button_leads_to_the_provider_with_a_request(client):
    assert "Log in with Fédération" in client.get(reverse("account_login")).text
    sent = client.post(reverse("saml_login", args=["centre"]))
    assert sent.url.startswith(f"{ENTITY}/sso?SAMLRequest=")
    assert f"http://{urlsplit(identity_origins()[0]).netloc}" == identity_origins()[0]


def test_a_person_is_known_by_their_subject(provider):
    told = answer(**{SUBJECT_ID: ["s-1@centre.example"], MAIL: ["ana@lab.example"]})
    assert provider.extract_uid(told) == "s-1@centre.example"


def test_an_answer_without_a_subject_is_refused_whatever_else_it_says(provider, client):
    with pytest.raises(ImmediateHttpResponse) as refused:
        provider.extract_uid(answer(**{MAIL: ["ana@lab.example"]}))
    assert refused.value.response.status_code == 401


def test_an_address_is_never_trusted_from_saml(rf):
    (app,) = get_adapter().list_apps(rf.get("/"), provider="saml")
    assert not app.settings.get("trusts_email")


def test_an_answer_that_nobody_asked_for_logs_nobody_in(client):
    made_up = {"SAMLResponse": "PHNhbWw+", "RelayState": "/"}
    page = client.post(reverse("saml_acs", args=["centre"]), made_up, follow=True)
    assert "This log-in did not succeed" in page.text
    assert client.get("/bookings/").status_code == 302
