"""Log-in through an identity provider: a real one on this machine, the whole way over HTTP."""

from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.urls import reverse

from config.sign_in import identity_origins, identity_providers
from tests import factories as make
from tests.factories import NOW
from tests.identity_provider import CLIENT_ID, SECRET, Provider, served
from tests.second_proofs import an_app, code_of


@pytest.fixture(scope="module")
def provider():
    provider = Provider()
    with served(provider) as provider.issuer:
        yield provider


@pytest.fixture(autouse=True)
def _plain(provider):
    provider.claims, provider.refuses, provider.audience = {"sub": "s-1"}, False, CLIENT_ID


@pytest.fixture
def configured(provider, settings, monkeypatch):
    """Turn the provider on as an operator does, by variables."""

    def configured(**more):
        variables = {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_NAME": "Institut Curie",
            **more,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.SOCIALACCOUNT_PROVIDERS = identity_providers()

    return configured


def through(client, name="centre", process="login"):
    """Press the button, go to the provider and come back."""
    login = reverse("openid_connect_login", args=[name])
    sent = client.post(f"{login}?process={process}")
    assert sent.status_code == 302
    there = requests.get(sent.url, allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    return client.get(f"{back.path}?{back.query}", follow=True)


def is_logged_in(client):
    return client.get("/bookings/").status_code == 200


@pytest.fixture
def person():
    return make.a_researcher()


def claims_of(person, **more):
    return {"sub": "s-1", "email": person.email, "email_verified": True, **more}


def test_the_log_in_page_has_a_button_for_each_provider_and_none_without(client, configured):
    assert "Log in with Institut" not in client.get(reverse("account_login")).text
    configured(ORCID_CLIENT_ID="APP-1", ORCID_CLIENT_SECRET="x")
    text = client.get(reverse("account_login")).text
    assert "Log in with Institut Curie" in text
    assert "Log in with ORCID" in text


def test_a_trusted_provider_vouches_for_a_person_by_address_once_then_by_its_own_id(
    client, configured, provider, person
):
    configured(OIDC_TRUST_EMAIL="yes")
    person.set_password("kept as it is")
    person.save()
    provider.claims = claims_of(person)
    through(client)
    assert is_logged_in(client)
    client.logout()
    provider.claims = claims_of(make.a_researcher())  # the same subject, renamed there
    through(client)
    assert client.get("/more/").context["user"] == person
    person.refresh_from_db()
    assert person.check_password("kept as it is")


@pytest.mark.parametrize(
    ("trusted", "verified"), [("no", True), ("yes", False), ("yes", "false"), ("yes", None)]
)
def test_an_address_that_nobody_trusted_has_verified_opens_nothing(
    client, configured, provider, person, trusted, verified
):
    configured(OIDC_TRUST_EMAIL=trusted)
    provider.claims = claims_of(person, email_verified=verified)
    assert "People join Plateau through a team" in through(client).text
    assert not is_logged_in(client)
    assert not SocialAccount.objects.exists()


def test_a_stranger_gets_no_account_and_reads_how_to_join(client, configured, provider):
    configured(OIDC_TRUST_EMAIL="yes")
    before = get_user_model().objects.count()
    provider.claims = {"sub": "s-9", "email": "new@elsewhere.example", "email_verified": True}
    assert "People join Plateau through a team" in through(client).text
    assert get_user_model().objects.count() == before


def test_orcid_is_linked_by_its_owner_then_logs_them_in(client, configured, provider, person):
    configured(ORCID_ISSUER=provider.issuer, ORCID_CLIENT_ID=CLIENT_ID, ORCID_CLIENT_SECRET=SECRET)
    provider.claims = {"sub": "0000-0002-1825-0097"}
    through(client, "orcid")
    assert not is_logged_in(client)
    person.set_password("a long enough password")
    person.save()
    client.post(
        reverse("account_login"), {"login": person.email, "password": "a long enough password"}
    )
    through(client, "orcid", process="connect")
    assert SocialAccount.objects.get(user=person).uid == "0000-0002-1825-0097"
    client.logout()
    through(client, "orcid")
    assert client.get("/more/").context["user"] == person


def test_an_account_linked_to_one_person_is_not_linked_to_another(
    client, configured, provider, person
):
    configured()
    SocialAccount.objects.create(user=person, provider="centre", uid="s-1")
    thief = make.a_researcher()
    client.force_login(thief)
    through(client, process="connect")
    assert SocialAccount.objects.get().user == person


def test_the_second_proof_is_asked_after_a_provider_too(client, configured, provider, person):
    configured()
    SocialAccount.objects.create(user=person, provider="centre", uid="s-1")
    secret = an_app(person)
    through(client)
    assert not is_logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, NOW)})
    assert is_logged_in(client)


def test_a_suspended_person_stays_out(client, configured, provider, person):
    configured(OIDC_TRUST_EMAIL="yes")
    SocialAccount.objects.create(user=person, provider="centre", uid="s-1")
    person.is_active = False
    person.save()
    assert "This account is suspended" in through(client).text
    assert not is_logged_in(client)


def test_a_token_for_another_site_is_refused(client, configured, provider, person):
    configured()
    SocialAccount.objects.create(user=person, provider="centre", uid="s-1")
    provider.audience = "another site"
    assert "This log-in did not succeed" in through(client).text
    assert not is_logged_in(client)


def test_an_answer_nobody_asked_for_is_refused(client, configured):
    configured()
    callback = reverse("openid_connect_callback", args=["centre"])
    answer = client.get(f"{callback}?code=x&state=y")
    assert "This log-in did not succeed" in answer.text


def test_to_turn_back_at_the_provider_is_no_fault(client, configured, provider):
    configured()
    provider.refuses = True
    assert "You stopped on the way" in through(client).text


def test_a_provider_that_is_away_is_told_on_a_page(client, configured):
    configured(OIDC_ISSUER="http://127.0.0.1:9")
    answer = client.post(reverse("openid_connect_login", args=["centre"]))
    assert "This log-in did not succeed" in answer.text


def test_a_link_alone_starts_no_log_in(client, configured):
    configured()
    page = client.get(reverse("openid_connect_login", args=["centre"]))
    assert page.status_code == 200
    assert '<form method="post"' in page.text


def test_a_provider_that_is_not_configured_is_not_there(client, configured):
    configured()
    assert client.post(reverse("openid_connect_login", args=["orcid"])).status_code == 404


def test_a_form_may_lead_to_configured_providers_only(configured):
    assert identity_origins() == []
    configured(
        ORCID_CLIENT_ID="APP-1",
        ORCID_CLIENT_SECRET="x",
        SIGN_IN_ORIGINS="https://login.example.org",
    )
    first, *others = identity_origins()
    assert first.startswith("http://127.0.0.1:")
    assert others == ["https://orcid.org", "https://login.example.org"]
