"""Log-in on the pages: every one in our look and both languages, mails with links that work."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.proofs import has_proof
from accounts.tokens import issue_token, tokens_of
from config.logs import without_query
from config.sign_in_urls import urlpatterns
from notifications.delivery import drain
from tests import factories as make
from tests.factories import NOW
from tests.second_proofs import an_app, code_of
from tests.web.pages import inline_code

PASSWORD, NEW = "a long enough password", "another long enough password"

FOR_STRANGERS = (
    "account_login",
    "account_inactive",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
)
FOR_MEMBERS = (
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "socialaccount_connections",
)
ELSEWHERE = {  # opened below, or in the browser, or send on to the page Security
    "account_reset_password_from_key",
    "account_set_password",
    "mfa_authenticate",
    "mfa_edit_webauthn",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "openid_connect_login",
    "openid_connect_callback",
}


@pytest.fixture
def person():
    person = make.a_researcher()
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def logged_in(client, person):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def test_every_address_of_log_in_is_known_here():
    named = {pattern.name or "" for pattern in urlpatterns}
    saml = {name for name in named if name.startswith("saml_")}
    assert named - saml == {*FOR_STRANGERS, *FOR_MEMBERS, *ELSEWHERE}


def is_ours(response, language):
    assert response.status_code in (200, 401)
    assert f'<html lang="{language}"' in response.text
    assert 'class="pl-top"' in response.text
    # The QR code is a picture made for this person, so it comes with the page.
    assert not [c for c in inline_code(response.text) if not c.startswith("img src=data:image/")]
    return response


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", FOR_STRANGERS)
def test_a_page_for_strangers(client, name, language):
    client.cookies["django_language"] = language
    is_ours(client.get(reverse(name)), language)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", FOR_MEMBERS)
def test_a_page_for_who_is_logged_in(logged_in, person, name, language):
    if name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes"):
        an_app(person)
    logged_in.cookies["django_language"] = language
    page = is_ours(logged_in.get(reverse(name)), language)
    assert 'class="pl-nav"' in page.text
    assert logged_in.session.get("_auth_user_id")


@pytest.mark.parametrize("name", FOR_MEMBERS)
def test_a_stranger_is_sent_to_log_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.split("?")[0] in (reverse("account_login"), "/")


@pytest.mark.parametrize("path", ["email/", "signup/", "confirm-email/", "social/signup/"])
def test_people_neither_sign_up_nor_change_their_address_by_themselves(logged_in, path):
    assert logged_in.get(f"/accounts/{path}").status_code == 404


def test_who_is_not_known_reads_how_to_join(client):
    before = get_user_model().objects.count()
    body = {"email": "new@lab.example", "password1": NEW, "password2": NEW}
    assert "People join Plateau through a team" in client.post("/accounts/join/", body).text
    assert get_user_model().objects.count() == before


def test_a_suspended_person_is_told(client, person):
    person.is_active = False
    person.save()
    answer = client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True
    )
    assert "This account is suspended" in answer.text


def test_log_out_ends_the_session(logged_in):
    logged_in.post(reverse("account_logout"))
    assert logged_in.get("/bookings/").url.startswith(reverse("account_login"))


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "javascript:1"])
def test_log_in_leads_to_no_other_site(client, person, elsewhere):
    body = {"login": person.email, "password": PASSWORD, "next": elsewhere}
    assert client.post(reverse("account_login"), body).url == "/"


# --- passwords -------------------------------------------------------------------------

SUBJECTS = {"en": "Choose a new password", "fr": "Choisir un nouveau mot de passe"}


def asked_for_link(client, email):
    client.post(reverse("account_reset_password"), {"email": email})
    drain(now=NOW, limit=10)
    return mail.outbox


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_new_password_by_mail_in_the_persons_language(client, person, language):
    person.language = language
    person.save()
    (letter,) = asked_for_link(client, person.email.upper())
    assert (letter.to, letter.subject) == ([person.email], SUBJECTS[language])
    (link,) = set(re.findall(r"https?://\S+/accounts/password/reset/key/\S+", letter.body))
    assert link.startswith(settings.SITE_URL)
    form = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    is_ours(form, "en")
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert done.url == reverse("account_reset_password_from_key_done")
    person.refresh_from_db()
    assert person.check_password(NEW)
    again = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    assert "This link works no longer" in again.text


def test_a_link_is_made_when_it_is_sent_and_kept_nowhere(client, person, django_db_blocker):
    from notifications.models import OutboxMessage

    client.post(reverse("account_reset_password"), {"email": person.email})
    message = OutboxMessage.objects.get(topic="accounts.password_reset")
    assert message.payload == {"user": person.pk}


def test_the_log_keeps_no_link_to_a_new_password():
    logged = {"request": "GET /accounts/password/reset/key/1-secret/?next=/"}
    cut = without_query(None, "", logged)
    assert cut == {"request": "GET /accounts/password/reset/key/"}


def test_nobody_else_gets_mail_and_the_page_does_not_tell(client, person):
    known = client.post(reverse("account_reset_password"), {"email": person.email})
    drain(now=NOW, limit=10)
    person.is_active = False
    person.save()
    for email in ("stranger@elsewhere.example", person.email):
        unknown = client.post(reverse("account_reset_password"), {"email": email})
        assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    drain(now=NOW, limit=10)
    assert len(mail.outbox) == 1


def test_a_changed_password_ends_tokens_and_sessions_elsewhere_and_is_told(logged_in, person):
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    issue_token(user=person, now=NOW)
    body = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert logged_in.post(reverse("account_change_password"), body).url == "/security/"
    assert logged_in.get("/security/").status_code == 200
    assert elsewhere.get("/bookings/").status_code == 302
    assert tokens_of(person, now=NOW) == []
    drain(now=NOW, limit=10)
    assert [letter.subject for letter in mail.outbox] == ["Your log-in to Plateau was changed"]


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", NEW), (PASSWORD, "short"), (PASSWORD, "1234567890123456")]
)
def test_a_password_changes_with_the_old_one_to_a_good_one(logged_in, person, old, new):
    body = {"oldpassword": old, "password1": new, "password2": new}
    page = logged_in.post(reverse("account_change_password"), body)
    person.refresh_from_db()
    assert 'aria-invalid="true"' in page.text
    assert person.check_password(PASSWORD)


# --- the page Security -----------------------------------------------------------------


def test_security_lists_what_opens_the_account(logged_in, person):
    assert "protected by a password alone" in logged_in.get("/security/").text
    an_app(person)
    text = logged_in.get("/security/").text
    assert "needs more than a password" in text
    assert reverse("mfa_deactivate_totp") in text


def test_sessions_elsewhere_are_seen_and_ended(logged_in, person):
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    elsewhere.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert "Firefox, Windows" in logged_in.get("/security/").text
    logged_in.post(reverse("end_sessions"))
    assert elsewhere.get("/bookings/").status_code == 302
    assert logged_in.get("/bookings/").status_code == 200
    assert UserSession.objects.filter(user=person).count() == 1


def test_a_person_ends_their_own_tokens_and_nobody_elses(logged_in, person):
    other = make.a_researcher()
    for owner in (person, other):
        issue_token(user=owner, now=NOW)
    (own,), (foreign,) = tokens_of(person, now=NOW), tokens_of(other, now=NOW)
    assert own.id in logged_in.get("/security/").text
    for token in (own.id, foreign.id, "", "%"):
        logged_in.post(reverse("end_token"), {"token": token})
    assert tokens_of(person, now=NOW) == []
    assert tokens_of(other, now=NOW) == [foreign]


def test_anothers_passkey_is_not_there(logged_in):
    other = make.a_researcher()
    data = {"name": "Theirs", "credential": {}}
    key = Authenticator.objects.create(user=other, type="webauthn", data=data)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert logged_in.get(reverse(name, args=[key.pk])).status_code == 404
        assert logged_in.post(reverse(name, args=[key.pk])).status_code == 404
    assert has_proof(other)


def test_a_made_up_passkey_opens_nothing(client, person):
    for credential in ("", "{}", "[]", "null", '{"response": {"userHandle": "MQ"}}', "{"):
        answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
        assert answer.url == reverse("account_login"), credential
    assert client.get("/bookings/").status_code == 302


def test_removing_the_app_asks_first_and_is_told(logged_in, person):
    an_app(person)
    logged_in.post(reverse("mfa_deactivate_totp"))
    drain(now=NOW, limit=10)
    assert not has_proof(person)
    assert "The authenticator app was removed" in mail.outbox[-1].body


def test_the_code_is_asked_on_a_page_of_ours(client, person):
    secret = an_app(person)
    credentials = {"login": person.email, "password": PASSWORD, "next": "/bookings/"}
    asked = client.post(reverse("account_login"), credentials, follow=True)
    is_ours(asked, "en")
    done = client.post(reverse("mfa_authenticate"), {"code": code_of(secret, NOW)})
    assert done.url == "/bookings/"
