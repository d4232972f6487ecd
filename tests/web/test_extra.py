"""Staff time, costs passed on, shares and allowances, as pages."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import AccountAllowance
from billing.models import Charge, PassThrough, Rate, StaffTime
from bookings.models import BookingShare
from facilities.intervals import Interval
from facilities.models import Service
from tests import factories as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 courier"


@pytest.fixture
def facility():
    """Make a platform that sells analysis by the hour this year."""
    facility = make.a_facility()
    service = Service.objects.create(
        facility=facility, code="analysis", name="Analysis", unit="staff-hour"
    )
    year = timezone.now().year
    prices = make.a_price_list(
        facility, validity=(dt.date(year - 1, 1, 1), dt.date(year + 1, 1, 1))
    )
    Rate.objects.create(
        price_list=prices, service=service, tier="INT", unit="staff-hour", amount_cents=6000
    )
    return facility


@pytest.fixture
def operator(facility):
    return make.a_staff_member(facility, "operator")


@pytest.fixture
def team():
    return make.a_researcher().teams.get()


def logged_in(person):
    client = Client()
    client.force_login(person)
    return client


def answers(facility, team, operator):
    return {
        "service": facility.services.get().pk,
        "person": operator.pk,
        "minutes": "50",
        "what": "Gating",
        "day": timezone.now().date().isoformat(),
        "project": team.projects.get().pk,
        "account": team.accounts.get().pk,
    }


def test_an_operator_charges_time_for_a_team(facility, operator, team):
    client = logged_in(operator)
    page = client.get(f"/money/extra/?team={team.pk}")
    assert page.status_code == 200
    assert team.accounts.get().reference in page.content.decode()
    done = client.post(f"/money/extra/?team={team.pk}", answers(facility, team, operator))
    assert done.status_code == 302
    assert Charge.objects.get(source="staff_time").amount_cents == 5000
    assert "Gating" in client.get("/money/extra/").content.decode()


def test_what_is_wrong_is_said_and_the_form_stays_filled(facility, operator, team):
    typed = answers(facility, team, operator) | {"minutes": "0", "what": "Kept words"}
    page = logged_in(operator).post(f"/money/extra/?team={team.pk}", typed)
    assert page.status_code == 422
    assert "Kept words" in page.content.decode()
    typed |= {"minutes": "10", "day": "2199-01-01"}
    page = logged_in(operator).post(f"/money/extra/?team={team.pk}", typed)
    assert page.status_code == 409
    assert "has not come yet" in page.content.decode()
    assert not StaffTime.objects.exists()


def pass_on(facility, operator, team, name="Courier é.pdf", content=PDF):
    typed = answers(facility, team, operator) | {
        "facility": facility.pk,
        "net": "12.50",
        "nature": "service",
        "receipt": SimpleUploadedFile(name, content, content_type="text/html"),
    }
    del typed["minutes"]
    return logged_in(operator).post(f"/money/extra/?team={team.pk}", typed)


def test_a_receipt_is_kept_and_served_as_a_file_only(facility, operator, team):
    assert pass_on(facility, operator, team).status_code == 302
    cost = PassThrough.objects.get()
    assert Charge.objects.get(source="pass_through").amount_cents == 1250
    file = logged_in(make.a_member(team, "head")).get(f"/money/extra/costs/{cost.pk}/receipt/")
    assert file.content == PDF
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment; filename*=utf-8''Courier")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert logged_in(make.a_member(team)).get(
        f"/money/extra/costs/{cost.pk}/receipt/"
    ).status_code == 404  # fmt: skip


def test_a_page_that_calls_itself_a_receipt_is_refused(facility, operator, team):
    page = pass_on(facility, operator, team, name="a.pdf", content=b"<html><script>")
    assert page.status_code == 409
    assert "PDF, PNG or JPEG" in page.content.decode()
    assert not PassThrough.objects.exists()


def test_who_keeps_the_ledger_takes_it_back_with_a_reason(facility, operator, team):
    pass_on(facility, operator, team)
    cost = PassThrough.objects.get()
    accountant = logged_in(make.a_staff_member(facility, "accountant"))
    accountant.post(f"/money/extra/costs/{cost.pk}/take-back/", {"reason": ""})
    assert Charge.objects.count() == 1
    accountant.post(f"/money/extra/costs/{cost.pk}/take-back/", {"reason": "Sent twice"})
    assert Charge.objects.count() == 2
    assert "Sent twice" in accountant.get("/money/extra/").content.decode()


class TestSplitting:
    @pytest.fixture
    def booking(self):
        person = make.a_researcher()
        make.an_account(person.teams.get(), reference="SECOND")
        start = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=2)
        when = Interval(start, start + dt.timedelta(hours=2))
        return make.a_booking(person, make.an_instrument(), when, estimate_cents=3601)

    def test_the_booker_gives_each_account_its_share(self, booking):
        client = logged_in(booking.booked_for)
        first, second = booking.team.accounts.order_by("pk")
        address = f"/bookings/{booking.pk}/split/"
        assert "SECOND" in client.get(address).content.decode()
        typed = {f"percent-{first.pk}": "33,33", f"percent-{second.pk}": "66.67", "split": "1"}
        assert client.post(address, typed).status_code == 302
        assert BookingShare.objects.count() == 2
        page = client.get(address).content.decode()
        assert "€12.00" in page
        assert "€24.01" in page
        shown = client.get(f"/bookings/{booking.pk}/").content.decode()
        assert "66.67" in shown
        client.post(address, {"join": "1"})
        assert not BookingShare.objects.exists()

    @pytest.mark.parametrize("percents", [("50", "49"), ("a", "b"), ("NaN", "50"), ("100", "")])
    def test_shares_that_make_no_whole_are_refused_and_kept(self, booking, percents):
        first, second = booking.team.accounts.order_by("pk")
        typed = {
            f"percent-{first.pk}": percents[0],
            f"percent-{second.pk}": percents[1],
            "split": "1",
        }
        page = logged_in(booking.booked_for).post(f"/bookings/{booking.pk}/split/", typed)
        assert page.status_code == 422
        assert f'value="{percents[0]}"' in page.content.decode()
        assert not BookingShare.objects.exists()


class TestTheTeamPage:
    def test_the_head_says_who_may_use_an_account(self, team):
        head, member = make.a_member(team, "head"), make.a_member(team)
        client, account = logged_in(head), team.accounts.get()
        client.post(
            f"/teams/accounts/{account.pk}/allow/", {"person": member.pk, "monthly": "250.50"}
        )
        allowance = AccountAllowance.objects.get()
        assert allowance.monthly_cents == 25_050
        assert "€250.50 a month" in client.get(f"/teams/{team.pk}/").content.decode()
        assert "€250.50" in logged_in(member).get(f"/teams/{team.pk}/").content.decode()
        client.post(f"/teams/allowances/{allowance.pk}/end/")
        assert not AccountAllowance.objects.exists()

    def test_a_title_is_kept_for_the_team(self, team):
        client, project = logged_in(make.a_member(team, "head")), team.projects.get()
        client.post(f"/teams/projects/{project.pk}/title/", {"is_confidential": "on"})
        project.refresh_from_db()
        assert project.is_confidential
        page = client.get(f"/teams/{team.pk}/").content.decode()
        assert project.name in page
        assert "Confidential" in page
        client.post(f"/teams/projects/{project.pk}/title/", {})
        project.refresh_from_db()
        assert not project.is_confidential
