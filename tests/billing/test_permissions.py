"""Who sees which charges and statements."""

import datetime as dt

import pytest

from billing.models import Charge, Statement
from billing.permissions import charges_visible_to, statements_visible_to
from billing.queries import monthly_totals
from billing.services import close_month
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 12, 15)
YEAR = {"first": dt.date(2026, 1, 1), "until": dt.date(2027, 1, 1), "on": ON}


@pytest.fixture
def cytometry():
    return a_priced_instrument()


@pytest.fixture
def imaging():
    return a_priced_instrument(name="LSM 880")


@pytest.fixture
def academic():
    return someone("ACA")


@pytest.fixture
def partner():
    return someone("IND")


@pytest.fixture
def month(cytometry, imaging, academic, partner):
    a_use(academic, cytometry, make.period("2026-11-03 14:00", "15:00"))
    a_use(partner, cytometry, make.period("2026-11-04 14:00", "15:00"))
    a_use(partner, imaging, make.period("2026-11-05 14:00", "15:00"))
    close_month(month=dt.date(2026, 11, 1), now=LATER)


def seen(user):
    """Return the amounts a person sees, and the totals of the statements they see."""
    charges = charges_visible_to(user, on=ON).order_by("amount_cents", "id")
    statements = statements_visible_to(user, on=ON).order_by("total_cents")
    return (
        list(charges.values_list("amount_cents", flat=True)),
        list(statements.values_list("total_cents", flat=True)),
    )


def team_of(user):
    return user.memberships.get().team


@pytest.mark.usefixtures("month")
class TestSight:
    def test_a_member_sees_the_charges_of_their_own_bookings_only(self, partner):
        assert seen(partner) == ([12000, 12000], [])
        assert seen(make.a_member(team_of(partner))) == ([], [])

    @pytest.mark.parametrize("role", ["head", "manager", "billing_contact"])
    def test_who_looks_after_a_teams_money_sees_all_of_it(self, academic, partner, role):
        assert seen(make.a_member(team_of(partner), role)) == ([12000, 12000], [24000])
        assert seen(make.a_member(team_of(academic), role)) == ([3500], [3500])

    def test_who_has_left_a_team_sees_its_money_no_more(self, partner):
        head = make.a_member(team_of(partner), "head")
        head.memberships.update(ends_on=ON - dt.timedelta(days=1))
        assert seen(head) == ([], [])

    @pytest.mark.parametrize("role", ["manager", "accountant"])
    def test_a_platform_sees_its_own_charges_and_statements_of_nothing_else(
        self, cytometry, imaging, role
    ):
        user = make.a_staff_member(cytometry.facility, role)
        assert seen(user) == ([3500, 12000], [3500])
        make.a_staff_member(imaging.facility, role, user)
        assert seen(user) == ([3500, 12000, 12000], [3500, 24000])

    @pytest.mark.parametrize("role", ["operator", "trainer"])
    def test_other_staff_see_no_money(self, cytometry, role):
        assert seen(make.a_staff_member(cytometry.facility, role)) == ([], [])

    def test_an_administrator_sees_everything(self):
        assert seen(make.a_user(is_superuser=True)) == ([3500, 12000, 12000], [3500, 24000])

    def test_a_suspended_administrator_sees_nothing(self):
        assert seen(make.a_user(is_superuser=True, is_active=False)) == ([], [])

    def test_another_company_sees_nothing(self):
        assert seen(make.a_member(team_of(someone("IND")), "head")) == ([], [])

    def test_a_person_with_two_reasons_sees_a_charge_once(self, partner, cytometry):
        partner.memberships.update(role="head")
        make.a_staff_member(cytometry.facility, "accountant", partner)
        assert seen(partner) == ([3500, 12000, 12000], [3500, 24000])

    def test_monthly_totals_are_of_what_one_may_see(
        self, cytometry, imaging, django_assert_num_queries
    ):
        accountant = make.a_staff_member(cytometry.facility, "accountant")
        with django_assert_num_queries(1):
            totals = monthly_totals(accountant, **YEAR)
        assert [(t.month, t.facility_id, t.tier, t.charges, t.amount_cents) for t in totals] == [
            (dt.date(2026, 11, 1), cytometry.facility_id, "ACA", 1, 3500),
            (dt.date(2026, 11, 1), cytometry.facility_id, "IND", 1, 12000),
        ]
        everything = monthly_totals(make.a_user(is_superuser=True), **YEAR)
        assert sum(total.amount_cents for total in everything) == 27500


def test_who_keeps_an_issuers_books_sees_its_statements_and_no_others():
    cytometry, imaging = make.a_facility(code="CYT"), make.a_facility(code="MIC")
    sellers = [make.an_issuer(cytometry, code="CRC"), make.an_issuer(imaging, code="UPR")]
    keepers = [make.a_user(), make.a_user()]
    for issuer, keeper in zip(sellers, keepers, strict=True):
        issuer.accountants.add(keeper)
    team = make.a_team(make.a_legal_person())
    for facility, cents in ((cytometry, 1000), (cytometry, 200), (imaging, 30_000)):
        make.a_charge(team, facility, cents)
    close_month(month=dt.date(2026, 9, 1), now=make.NOW)

    assert [seen(keeper)[1] for keeper in keepers] == [[1200], [30_000]]
    assert seen(make.a_member(team, "head"))[1] == [1200, 30_000]
    keepers[0].is_active = False
    keepers[0].save()
    assert seen(keepers[0]) == ([], [])
    sellers[1].accountants.clear()
    assert seen(keepers[1]) == ([], [])


def test_without_charges_nobody_sees_any():
    assert not Charge.objects.exists()
    assert not Statement.objects.exists()
    assert seen(make.a_user(is_superuser=True)) == ([], [])
