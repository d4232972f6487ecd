"""Closing a month: every charge on one statement, with totals that add up, once."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from billing.errors import MonthNotBegun
from billing.models import Charge, Statement, StatementLine, StatementTotal
from billing.services import charge_booking, close_month, last_month
from billing.services.closing import next_month
from notifications.models import OutboxMessage
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


@pytest.fixture
def fortessa():
    return a_priced_instrument()


def in_october(person, instrument, day, **fields):
    when = make.period(f"2026-10-{day:02} 14:00", "15:00")
    return a_use(person, instrument, when, **fields)


def told(table="billing_statement"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM {table} t")
        return cursor.fetchone()


def test_a_month_is_closed_into_a_statement_for_each_team(fortessa):
    one, other = someone("INT"), someone("IND")
    for day in (5, 6):
        in_october(one, fortessa, day)
    in_october(other, fortessa, 7)
    in_october(someone(), make.an_instrument(), 8)  # no price: reported, on no statement
    report = close_month(month=OCTOBER, now=LATER)
    assert len(report.statement_ids) == 2
    assert [failure.code for failure in report.failures] == ["rate_missing"]
    statement = Statement.objects.get(team=one.memberships.get().team)
    assert (statement.month, statement.charges_count, statement.total_cents) == (OCTOBER, 2, 3600)
    assert statement.closed_at == LATER
    assert Statement.objects.get(team=other.memberships.get().team).total_cents == 12000


def test_only_what_happened_up_to_the_end_of_the_month_is_told(fortessa):
    person = someone()
    a_use(person, fortessa, make.period("2026-09-30 14:00", "15:00"))
    # One booking through midnight of the month's end: a line in either month.
    a_use(person, fortessa, make.period("2026-10-30 23:00", "2026-10-31 01:00"))
    a_use(person, fortessa, make.period("2026-11-30 23:00", "2026-12-01 01:00"))
    close_month(month=OCTOBER, now=LATER)
    assert Statement.objects.get().total_cents == 1800 + 1350 + 900
    close_month(month=NOVEMBER, now=LATER)
    assert Statement.objects.get(month=NOVEMBER).total_cents == 1350
    close_month(month=dt.date(2026, 12, 1), now=LATER)
    assert Statement.objects.get(month=dt.date(2026, 12, 1)).total_cents == 450


def test_totals_are_by_platform_account_tier_and_vat_rule_and_add_up(fortessa):
    person = someone("IND")
    other_account = make.an_account(person.memberships.get().team)
    elsewhere = a_priced_instrument(name="LSM 880")
    in_october(person, fortessa, 5)
    in_october(person, fortessa, 6)
    in_october(person, fortessa, 7, account=other_account)
    in_october(person, elsewhere, 8)
    contract = make.a_project(person.memberships.get().team, tier="COL")
    in_october(person, fortessa, 9, project=contract)
    close_month(month=OCTOBER, now=LATER)
    (statement,) = Statement.objects.all()
    own = in_october(person, fortessa, 10).account_id
    totals = statement.totals.values_list("facility", "account", "tier", "amount_cents")
    assert set(totals) == {
        (fortessa.facility_id, own, "IND", 24000),
        (fortessa.facility_id, other_account.pk, "IND", 12000),
        (elsewhere.facility_id, own, "IND", 12000),
        (fortessa.facility_id, own, "COL", 3500),
    }
    summed = statement.totals.aggregate(total=Sum("amount_cents"))["total"]
    lines = statement.lines.aggregate(total=Sum("charge__amount_cents"))["total"]
    assert statement.total_cents == summed == lines == 51500
    assert statement.lines.count() == statement.charges_count == 5


def test_closing_again_changes_nothing(fortessa):
    for day in (5, 6):
        in_october(someone(), fortessa, day)
    close_month(month=OCTOBER, now=LATER)
    tables = [f"billing_{name}" for name in ("statement", "statementline", "statementtotal")]
    tables += ["billing_charge", "notifications_outboxmessage"]
    before = [told(table) for table in tables]
    report = close_month(month=dt.date(2026, 10, 31), now=LATER + dt.timedelta(days=3))
    assert report.statement_ids == ()
    assert [told(table) for table in tables] == before


def test_what_is_charged_late_goes_to_the_teams_next_statement(fortessa):
    person = someone()
    in_october(person, fortessa, 5)
    close_month(month=OCTOBER, now=LATER)
    late = in_october(person, fortessa, 6)
    charge_booking(booking_id=late.pk, now=LATER)
    close_month(month=OCTOBER, now=LATER)
    assert not StatementLine.objects.filter(charge__booking=late).exists()
    close_month(month=NOVEMBER, now=LATER)
    assert StatementLine.objects.get(charge__booking=late).statement.month == NOVEMBER


def test_a_team_that_used_nothing_has_no_statement(fortessa):
    make.a_team()
    assert close_month(month=OCTOBER, now=LATER).statement_ids == ()


def test_what_was_made_free_since_is_given_back_on_the_statement(fortessa):
    booking = in_october(someone(), fortessa, 5)
    charge_booking(booking_id=booking.pk, now=LATER)
    booking.waived_reason = "Laser down"
    booking.save()
    close_month(month=OCTOBER, now=LATER)
    statement = Statement.objects.get()
    assert (statement.charges_count, statement.total_cents) == (2, 0)


def test_each_statement_is_told_once(fortessa):
    in_october(someone(), fortessa, 5)
    close_month(month=OCTOBER, now=LATER)
    close_month(month=OCTOBER, now=LATER)
    message = OutboxMessage.objects.get(topic="billing.statement_closed")
    assert message.payload == {"statement": Statement.objects.get().pk}


def test_a_month_to_come_is_not_closed():
    with pytest.raises(MonthNotBegun):
        close_month(month=dt.date(2027, 1, 1), now=LATER)


def test_a_month_that_goes_on_can_be_closed_and_its_rest_goes_to_the_next(fortessa):
    person = someone()
    in_october(person, fortessa, 5)
    close_month(month=OCTOBER, now=make.at("2026-10-06 10:00"))
    in_october(person, fortessa, 7)
    close_month(month=NOVEMBER, now=make.at("2026-12-01 10:00"))
    totals = Statement.objects.order_by("month").values_list("month", "total_cents")
    assert list(totals) == [(OCTOBER, 1800), (NOVEMBER, 1800)]


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        ("2026-01-01", "2025-12-01", "2026-02-01"),
        ("2026-12-31", "2026-11-01", "2027-01-01"),
        ("2028-02-29", "2028-01-01", "2028-03-01"),
    ],
)
def test_months_follow_each_other_over_the_years(day, before, after):
    assert last_month(dt.date.fromisoformat(day)).isoformat() == before
    assert next_month(dt.date.fromisoformat(day)).isoformat() == after


def test_the_command_closes_a_month_and_says_what_it_could_not_charge(fortessa, capsys):
    in_october(someone(), fortessa, 5)
    in_october(someone(), make.an_instrument(), 6)
    call_command("close_month", "2026-10")
    said = capsys.readouterr()
    assert said.out == "2026-10: 1 statements made\n"
    assert "not charged: No price is set" in said.err


@pytest.mark.parametrize("month", ["2026-13", "October", "2999-01"])
def test_the_command_refuses_what_is_no_month_that_has_begun(month):
    with pytest.raises(CommandError):
        call_command("close_month", month)


def test_the_ledger_agrees_with_a_recount_in_sql(fortessa):
    """Bookings × tariff, minute by minute, in SQL that shares nothing with our code."""
    people = [someone(tier) for tier in ("INT", "TUT", "ACA", "IND", "SUP")]
    starts = [("2026-10-05 06:00", "09:30"), ("2026-10-09 18:30", "2026-10-10 02:00")]
    starts += [("2026-10-24 22:00", "2026-10-25 04:00"), ("2026-10-12 19:10", "20:05")]
    for index, (start, end) in enumerate(starts):
        for number, person in enumerate(people):
            unit = index * len(people) + number + 1
            a_use(person, fortessa, make.period(start, end), unit=unit)
    close_month(month=OCTOBER, now=LATER)
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        recounted = dict(cursor.fetchall())
    assert len(recounted) == len(people)
    for statement in Statement.objects.all():
        assert abs(statement.total_cents - recounted[statement.team_id]) <= 10
    whole = Charge.objects.filter(booking__team=people[0].memberships.get().team)
    assert sum(charge.amount_cents for charge in whole) == round(recounted[whole[0].team_id])
    assert StatementTotal.objects.aggregate(s=Sum("amount_cents"))["s"] == sum(
        charge.amount_cents for charge in Charge.objects.all()
    )


RECOUNT = """
WITH billed AS (
    SELECT b.id, b.team_id, o.tier, lower(b.period) AS start,
        greatest(60, 30 * ceil(extract(epoch FROM upper(b.period) - lower(b.period)) / 1800))
            AS minutes
    FROM bookings_booking b
    JOIN accounts_team t ON t.id = b.team_id
    JOIN accounts_organisation o ON o.id = t.organisation_id
), clock AS (
    SELECT team_id, tier,
        (start + minute * interval '1 minute') AT TIME ZONE 'Europe/Paris' AS wall
    FROM billed, generate_series(0, minutes::int - 1) AS minute
), priced AS (
    SELECT team_id,
        CASE tier WHEN 'INT' THEN 1800 WHEN 'TUT' THEN 2160 WHEN 'ACA' THEN 3500
            WHEN 'SUP' THEN 6000 WHEN 'IND' THEN 12000 END
        * CASE WHEN extract(isodow FROM wall) > 5 THEN 0.5
            WHEN extract(hour FROM wall) < 8 THEN 0.25
            WHEN extract(hour FROM wall) < 20 THEN 1 ELSE 0.75 END / 60 AS cents
    FROM clock
)
SELECT team_id, sum(cents) FROM priced GROUP BY team_id
"""
