"""A second proof: asked for, taken once, not to be guessed, compulsory where a role asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.proofs import has_proof, take_code
from tests import factories as make
from tests.factories import NOW
from tests.second_proofs import an_app, code_of, recovery_codes
from tests.security.world import PASSWORD

pytestmark = pytest.mark.django_db

URL = "/api/v1/auth/login/"
STEP = dt.timedelta(seconds=30)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def person() -> Any:
    return with_password(make.a_researcher())


def with_password(person: Any) -> Any:
    person.set_password(PASSWORD)
    person.save()
    return person


def tried(person: Any, **more: str) -> Any:
    return APIClient().post(URL, {"email": person.email, "password": PASSWORD, **more})


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def logged_in(person: Any) -> Any:
    """Log in on the page by password."""
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


# --- the API ---------------------------------------------------------------------------


def test_a_token_needs_a_code_of_who_has_an_app(person: Any) -> None:
    secret = an_app(person)
    assert refused(tried(person)) == (401, "otp_required")
    assert refused(tried(person, otp="000000")) == (401, "otp_wrong")
    assert tried(person, otp=code_of(secret, NOW)).status_code == 200


def test_a_wrong_password_never_says_whether_a_code_is_asked(person: Any) -> None:
    an_app(person)
    answer = APIClient().post(URL, {"email": person.email, "password": "wrong", "otp": "1"})
    assert refused(answer) == (401, "invalid_credentials")


def test_a_code_serves_once_and_none_before_it_serves_after(person: Any, clock: Any) -> None:
    secret = an_app(person)
    assert tried(person, otp=code_of(secret, NOW)).status_code == 200
    assert refused(tried(person, otp=code_of(secret, NOW))) == (401, "otp_wrong")
    assert refused(tried(person, otp=code_of(secret, NOW - STEP))) == (401, "otp_wrong")
    clock.shift(STEP)
    assert refused(tried(person, otp=code_of(secret, NOW))) == (401, "otp_wrong")
    assert tried(person, otp=code_of(secret, NOW + STEP)).status_code == 200


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(person: Any, steps: int, taken: bool) -> None:
    secret = an_app(person)
    found = take_code(user=person, code=code_of(secret, NOW + steps * STEP), now=NOW)
    assert (found is not None) is taken


def test_a_recovery_code_serves_once(person: Any) -> None:
    an_app(person)
    first, second, *_rest = recovery_codes(person)
    assert tried(person, otp=first).status_code == 200
    assert refused(tried(person, otp=first)) == (401, "otp_wrong")
    assert tried(person, otp=f" {second[:4]} {second[4:]} ").status_code == 200


def test_ten_wrong_codes_close_the_door_of_page_and_api(person: Any, clock: Any) -> None:
    secret = an_app(person)
    page = logged_in(person)
    for _ in range(5):
        page.post("/accounts/2fa/authenticate/", {"code": "000000"})
        tried(person, otp="000000")
    assert refused(tried(person, otp=code_of(secret, NOW))) == (429, "throttled")
    clock.shift(dt.timedelta(minutes=16))
    assert tried(person, otp=code_of(secret, NOW + dt.timedelta(minutes=16))).status_code == 200


@pytest.mark.parametrize("role", ["manager", "operator", "accountant", "trainer"])
def test_staff_get_no_token_until_they_have_set_one_up(role: str, settings: Settings) -> None:
    settings.MFA_COMPULSORY = True
    person = with_password(make.a_staff_member(make.a_facility(), role))
    assert refused(tried(person)) == (403, "mfa_setup_required")
    assert tried(person, otp=code_of(an_app(person), NOW)).status_code == 200


def test_others_log_in_by_password_alone(person: Any, settings: Settings) -> None:
    settings.MFA_COMPULSORY = True
    assert tried(person).status_code == 200


# --- the pages -------------------------------------------------------------------------


def test_the_page_asks_for_the_code_after_the_password(person: Any) -> None:
    secret = an_app(person)
    client = logged_in(person)
    assert client.get("/bookings/").url.startswith("/accounts/login/")
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is wrong, too old or has been used." in wrong.text
    right = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, NOW)})
    assert right.url == "/"
    assert client.get("/bookings/").status_code == 200


def test_a_code_taken_by_the_page_is_not_taken_by_the_api(person: Any) -> None:
    code = code_of(an_app(person), NOW)
    logged_in(person).post("/accounts/2fa/authenticate/", {"code": code})
    assert refused(tried(person, otp=code)) == (401, "otp_wrong")


def test_an_app_is_set_up_with_its_first_code_which_serves_no_log_in(person: Any) -> None:
    client = logged_in(person)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.text
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret, NOW)})
    assert has_proof(person)
    assert refused(tried(person, otp=code_of(secret, NOW))) == (401, "otp_wrong")
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] not in client.get("/accounts/2fa/recovery-codes/").text
    assert tried(person, otp=codes[0]).status_code == 200


def test_proofs_change_only_after_showing_again_who_one_is(person: Any, clock: Any) -> None:
    secret = an_app(person)
    client = logged_in(person)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, NOW)})
    clock.shift(dt.timedelta(minutes=6))
    for path in ("totp/deactivate/", "webauthn/add/", "recovery-codes/generate/"):
        asked = client.post(f"/accounts/2fa/{path}")
        assert asked.url.startswith("/accounts/reauthenticate/"), path
    assert has_proof(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not has_proof(person)


def test_secrets_are_sealed_in_the_database(person: Any) -> None:
    secret = an_app(person)
    recovery = recovery_codes(person)
    for row in Authenticator.objects.filter(user=person):
        assert secret not in str(row.data)
        assert not any(code in str(row.data) for code in recovery)


def test_a_seal_made_under_a_former_key_still_opens(person: Any, settings: Settings) -> None:
    secret = an_app(person)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key" * 8
    assert take_code(user=person, code=code_of(secret, NOW), now=NOW) is not None


# --- where a role asks for it ----------------------------------------------------------

OUT_OF_REACH = ("/", "/bookings/", "/security/", "/accounts/password/change/", "/admin/")


def staff() -> Any:
    facility = make.a_facility()
    return make.a_staff_member(facility, user=make.a_user(is_staff=True))


def administrator() -> Any:
    return make.a_user(is_staff=True, is_superuser=True)


@pytest.mark.parametrize("who", [staff, administrator, make.a_partner])
def test_until_it_is_set_up_nothing_else_is_reached(who: Any, settings: Settings) -> None:
    settings.MFA_COMPULSORY = True
    client = logged_in(with_password(who()))
    for path in OUT_OF_REACH:
        assert client.get(path).url == "/security/protect/", path
    assert client.post("/bookings/new/").url == "/security/protect/"
    api = client.get("/api/v1/me/")
    assert (api.status_code, api.json()["code"]) == (403, "mfa_setup_required")
    assert api.headers["Content-Type"] == "application/problem+json"
    fragment = client.get("/bookings/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/security/protect/"
    assert client.get("/security/protect/").status_code == 200
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200


def test_the_first_proof_opens_the_rest_at_once(settings: Settings) -> None:
    settings.MFA_COMPULSORY = True
    client = logged_in(with_password(staff()))
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret, NOW)})
    assert done.url == "/accounts/2fa/recovery-codes/"
    assert client.get(done.url).status_code == 200
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/me/").status_code == 200


def test_a_session_from_before_shows_the_proof_too(settings: Settings, clock: Any) -> None:
    settings.MFA_COMPULSORY = True
    person = with_password(staff())
    client = logged_in(person)
    secret = an_app(person)
    assert client.get("/bookings/").url == "/accounts/2fa/reauthenticate/?next=%2Fbookings%2F"
    shown = client.post(
        "/accounts/2fa/reauthenticate/?next=/bookings/", {"code": code_of(secret, NOW)}
    )
    assert shown.url == "/bookings/"
    assert client.get("/bookings/").status_code == 200


def test_nobody_else_is_led_there_and_the_demo_leads_nobody(
    person: Any, settings: Settings
) -> None:
    assert logged_in(with_password(staff())).get("/bookings/").status_code == 200
    settings.MFA_COMPULSORY = True
    assert logged_in(person).get("/bookings/").status_code == 200


def test_who_leaves_the_company_is_asked_no_more(settings: Settings) -> None:
    settings.MFA_COMPULSORY = True
    person = with_password(make.a_partner())
    person.memberships.update(ends_on=NOW.date() - dt.timedelta(days=1))
    assert logged_in(person).get("/bookings/").status_code == 200
