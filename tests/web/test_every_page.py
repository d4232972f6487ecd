"""What holds for each page: both languages, no code in the page, headers, who may open it."""

import pytest
from django.urls import get_resolver, reverse
from django.utils import translation

from tests import factories as make
from tests.web import running
from tests.web.pages import inline_code
from web.money.urls import urlpatterns as money_urlpatterns
from web.services.urls import urlpatterns as services_urlpatterns
from web.urls import urlpatterns

OPEN_TO_ALL = {"home": 200, "theme": 302, "feed": 404, "invitation": 410}
"""What a stranger is answered who brings no key."""
NUMBERED = {"instrument": "instrument_id"}


@pytest.fixture
def booking(researcher, instrument):
    make.a_grant(researcher, make.a_qualification(instrument))
    return make.a_booking(researcher, instrument, status="requested", purpose="Panel A")


def address(name, booking):
    if name in ("instrument", "instrument_calendar", "instrument_feed", "favourite"):
        return reverse(name, args=[booking.instrument_id])
    if name == "calendar_of":
        return reverse(name, args=[booking.instrument.facility.code])
    if name in ABOUT_A_BOOKING:
        return reverse(name, args=[booking.pk])
    if name in ("team", "invite"):
        return reverse(name, args=[booking.team_id])
    if name in STEPS_AROUND_TEAMS:
        return reverse(name, args=[1])
    return reverse(name)


ABOUT_A_BOOKING = (
    *("booking", "move", "cancel", "start", "finish", "no_show", "waive", "booking_ics"),
    *("approve", "reject", "request", "split"),
)
STEPS_AROUND_TEAMS = (
    "approve_join",
    "refuse_join",
    "withdraw_join",
    "resend",
    "revoke",
    "role",
    "end_membership",
    "project_people",
    "project_title",
    "allow_account",
    "end_allowance",
)
PAGES = (
    "home",
    "more",
    "instruments",
    "instrument",
    "calendar_of",
    "instrument_calendar",
    "bookings",
    "book",
    "booking",
    "move",
    "split",
    "requests",
    "request",
    "statistics",
    "costs",
    "profile",
    "security",
    "protect",
    "teams",
    "team",
)
STEPS = (
    *STEPS_AROUND_TEAMS,
    "telling",
    "renew_calendar",
    "end_sessions",
    "end_token",
    "ask_to_join",
    "invite",
    "cancel",
    "start",
    "finish",
    "no_show",
    "waive",
    "approve",
    "reject",
    "decide",
    "undo",
    "theme",
    "favourite",
)
NO_PAGES = (
    "booking_ics",
    "calendar",
    "calendar_check",
    "instrument_feed",
    "costs_file",
    "statistics_xlsx",
    "statistics_csv",
    "export",
    "feed",
    "invitation",
)
"""Routes that send on to a page, or answer its scripts."""
RUNNING = (
    *(*running.PAGES, *running.STEPS),
    *("platforms", "people"),
    *("first_run", "first_organisation", "first_platform", "first_team"),
)
"""Pages and steps of who runs a platform: the same is asked of them in test_running.py.
Those about money and services are asked the same in tests/security/test_pages_about_money.py.
"""


def test_every_route_is_a_page_or_a_step_known_here():
    about_money = {
        getattr(pattern, "name", None) for pattern in [*money_urlpatterns, *services_urlpatterns]
    }
    assert {getattr(pattern, "name", None) for pattern in urlpatterns} - about_money == {
        *PAGES,
        *STEPS,
        *NO_PAGES,
        *RUNNING,
    }


def opened(client, name, booking, language="en"):
    """Open a page as somebody who may, in a language."""
    if name in ("requests", "request", "statistics"):
        client.force_login(make.a_staff_member(booking.instrument.facility))
    client.cookies["django_language"] = language
    return client.get(address(name, booking))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_in_both_languages(client, booking, name, language):
    response = opened(client, name, booking, language)
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    assert response.headers["Content-Language"] == language
    words = {"en": "Skip to content", "fr": "Aller au contenu"}
    assert words[language] in response.text


@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_code_or_looks_elsewhere(client, booking, name):
    assert inline_code(opened(client, name, booking).text) == []


@pytest.mark.parametrize("name", [*PAGES, *STEPS, *NO_PAGES])
def test_a_stranger_is_sent_to_the_log_in_page(client, booking, name):
    client.logout()
    method = client.post if name in STEPS else client.get
    response = method(address(name, booking))
    if name in OPEN_TO_ALL:
        assert response.status_code == OPEN_TO_ALL[name]
        return
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_never_taken_by_looking_at_it(client, booking, name):
    assert client.get(address(name, booking)).status_code == 405


@pytest.mark.parametrize("name", [*STEPS, "book"])
def test_a_form_of_another_site_is_refused(booking, name):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(booking.booked_for)
    response = strict.post(address(name, booking), headers={"accept-language": "fr"})
    assert response.status_code == 403
    booking.refresh_from_db()
    assert booking.status == "requested"


@pytest.mark.parametrize("name", PAGES)
def test_the_headers_of_a_page(client, booking, name):
    response = opened(client, name, booking)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "home"])
def test_pages_for_strangers_hold_no_code_and_speak_both_languages(client, name, language):
    client.cookies["django_language"] = language
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    assert inline_code(response.text) == []


ERRORS = {
    "403.html": ("Not for you to see", "Vous n'avez pas accès à cette page"),
    "403_csrf.html": ("The form was too old", "Le formulaire a expiré"),
    "404.html": ("Nothing at this address", "Rien à cette adresse"),
    "429.html": ("Too many attempts", "Trop de tentatives"),
    "500.html": ("Something went wrong here", "Une erreur est survenue"),
}


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("fr", 1)])
@pytest.mark.parametrize("template", ERRORS)
def test_error_pages_speak_both_languages_with_nothing_at_hand(template, language, place):
    from django.template.loader import render_to_string

    with translation.override(language):
        text = render_to_string(template)
    assert ERRORS[template][place] in text
    assert inline_code(text) == []


def test_an_address_that_is_not_there_is_told_in_the_persons_language(client, researcher):
    researcher.language = "fr"
    researcher.save()
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "Rien à cette adresse" in response.text


def test_a_fault_of_ours_is_a_page_too(client, researcher, monkeypatch):
    def broken(request):
        raise ZeroDivisionError

    view = get_resolver().resolve(reverse("more")).func
    monkeypatch.setattr(view, "__wrapped__", broken, raising=False)
    client.raise_request_exception = False
    monkeypatch.setattr("web.pages.viewer_of", broken)
    response = client.get(reverse("more"))
    assert response.status_code == 500
    assert "Something went wrong here" in response.text


def test_too_many_attempts_to_log_in_are_told_on_a_page(client):
    data = {"login": "somebody@lab.example", "password": "wrong"}
    for _ in range(10):
        client.post(reverse("account_login"), data)
    response = client.post(reverse("account_login"), data)
    assert "Too many" in response.text


def test_a_person_reads_their_own_language_until_they_choose_another(client, researcher):
    researcher.language = "fr"
    researcher.save()
    assert '<html lang="fr"' in client.get("/").text
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get("/").text


def test_light_and_dark_are_kept_in_a_cookie(client, researcher):
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "/bookings/"})
    assert answer.url == "/bookings/"
    assert 'data-theme="dark"' in client.get("/").text
    client.post(reverse("theme"), {"theme": "system"})
    assert "data-theme" not in client.get("/").text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "javascript:1"])
def test_no_form_sends_a_person_to_another_site(client, researcher, elsewhere):
    answer = client.post(reverse("theme"), {"theme": "dark", "next": elsewhere})
    assert answer.url == "/"
