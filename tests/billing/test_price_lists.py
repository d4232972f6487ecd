"""Making a price list: drafted, changed, voted, put in force, ended; forward only."""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.errors import LastDayTooEarly, NotFound, NotPermitted
from billing.models import Band, PriceList, Rate
from billing.prices.errors import (
    ChargedLater,
    ListsOverlap,
    NotADraft,
    NothingPriced,
    NotInForce,
    NotVoted,
    PartsNotPossible,
    RaiseNotPossible,
    RateNotPossible,
    VotedTooLate,
)
from billing.prices.part_rows import Said
from billing.prices.parts import BANDS, PARTS
from billing.prices.permissions import may_set_prices, price_lists_visible_to
from billing.services import charge_all_finished_uses
from billing.services.price_lists import (
    ListCard,
    Raise,
    change_list,
    draft_list,
    end_list,
    put_in_force,
    vote_list,
    withdraw_list,
)
from billing.services.price_rates import Priced, change_parts, change_rates
from facilities.models import Service
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone
from tests.factories import NOW

pytestmark = pytest.mark.django_db

NEXT_YEAR = ListCard(name="2027", first=dt.date(2027, 1, 1), last=dt.date(2027, 12, 31))
VOTED_ON = dt.date(2026, 10, 5)


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def manager(fortessa):
    return make.a_staff_member(fortessa.facility)


@pytest.fixture
def this_year(fortessa):
    return PriceList.objects.get(facility=fortessa.facility)


@pytest.fixture
def draft(manager, this_year):
    return draft_list(
        actor=manager,
        facility_id=this_year.facility_id,
        card=NEXT_YEAR,
        copied_from_id=this_year.pk,
        by=Raise(percent=Decimal(4), step=5),
    )


def voted(manager, prices):
    return vote_list(actor=manager, list_id=prices.pk, voted_on=VOTED_ON, now=NOW)


def of(instrument, tier="INT", unit="hour"):
    return Priced(instrument_id=instrument.pk, tier=tier, unit=unit)


def test_every_column_of_a_part_is_copied_compared_and_written():
    for part in PARTS:
        columns = {field.attname for field in part.model._meta.concrete_fields}
        said = {column.name for column in part.columns}
        owner = {"price_list_id"} if not part.owner else {f"{part.owner}_id"}
        assert columns - {"id"} == {name for name in said if "__" not in name} | owner, part.name


def test_a_draft_is_a_copy_with_all_parts_raised(draft, this_year):
    assert (draft.status, draft.voted_on, draft.name) == ("draft", None, "2027")
    assert (draft.validity.lower, draft.validity.upper) == (
        dt.date(2027, 1, 1),
        dt.date(2028, 1, 1),
    )
    amounts = dict(draft.rates.values_list("tier", "amount_cents"))
    assert amounts == {"INT": 1870, "ACA": 3640, "SUP": 6240, "IND": 12480}
    for part in PARTS:
        untouched = [
            {name: value for name, value in row.items() if name not in part.raised}
            for row in part.rows_of(draft)
        ]
        assert untouched == [
            {name: value for name, value in row.items() if name not in part.raised}
            for row in part.rows_of(this_year)
        ]
    assert draft.bands.count() == 4


def test_a_draft_may_be_empty_and_without_an_end(manager, this_year):
    card = ListCard(name="New", first=dt.date(2027, 1, 1))
    draft = draft_list(actor=manager, facility_id=this_year.facility_id, card=card)
    assert draft.validity.upper is None
    assert not draft.rates.exists()
    assert not draft.bands.exists()


def test_a_draft_cannot_be_just_anything(manager, this_year):
    elsewhere = make.a_price_list(make.a_facility())
    ask = {"actor": manager, "facility_id": this_year.facility_id, "card": NEXT_YEAR}
    with pytest.raises(NotFound):
        draft_list(**ask, copied_from_id=elsewhere.pk)
    with pytest.raises(RaiseNotPossible):
        draft_list(**ask, by=Raise(percent=Decimal(-100)))
    with pytest.raises(LastDayTooEarly):
        draft_list(**ask | {"card": ListCard(name="X", first=VOTED_ON, last=dt.date(2026, 10, 4))})
    with pytest.raises(NotFound):
        draft_list(**ask | {"facility_id": elsewhere.facility_id})
    assert PriceList.objects.count() == 2


def test_rates_of_a_draft_are_set_and_taken_away(manager, fortessa, draft):
    slide = Service.objects.create(
        facility=fortessa.facility, code="slide", name="Slide", unit="slide"
    )
    sold = Priced(service_id=slide.pk, tier="IND", unit="slide")
    change_rates(
        actor=manager,
        list_id=draft.pk,
        amounts={of(fortessa): 1900, of(fortessa, "ACA"): None, sold: 240},
    )
    rates = {(rate.tier, rate.unit): rate.amount_cents for rate in draft.rates.all()}
    assert rates == {
        ("INT", "hour"): 1900,
        ("SUP", "hour"): 6240,
        ("IND", "hour"): 12480,
        ("IND", "slide"): 240,
    }


def test_what_the_platform_does_not_sell_has_no_rate(manager, fortessa, draft):
    theirs = make.an_instrument()
    for wrong, cents in (
        (of(theirs), 100),
        (of(fortessa, "XXX"), 100),
        (of(fortessa), -1),
        (of(fortessa, unit=""), 100),
        (Priced(tier="INT", unit="hour"), 100),
        (Priced(tier="INT", unit="hour", service_id=10**9), 100),
    ):
        with pytest.raises(RateNotPossible):
            change_rates(
                actor=manager, list_id=draft.pk, amounts={of(fortessa, "SUP"): 1, wrong: cents}
            )
    assert draft.rates.get(tier="SUP").amount_cents == 6240


NIGHT: Said = {
    "name": "Night",
    "weekdays": "Fri, Mon",
    "on_holidays": True,
    "starts": "00:00",
    "ends": "8h",
    "percent": 30,
}


def test_rows_of_a_draft_are_set_in_their_order_as_a_file_sets_them(manager, draft):
    change_parts(actor=manager, list_id=draft.pk, said={BANDS.name: [{}, NIGHT]})
    night = {
        "name": "Night",
        "weekdays": [0, 4],
        "on_holidays": True,
        "starts": dt.time(0),
        "ends": dt.time(8),
        "percent": 30,
    }
    assert BANDS.rows_of(draft) == [night]
    rows: list[Said] = [NIGHT, {**NIGHT, "starts": "09:00"}, {"name": "X"}]
    with pytest.raises(PartsNotPossible) as refused:
        change_parts(actor=manager, list_id=draft.pk, said={BANDS.name: rows})
    assert [(each.part, each.row, each.field) for each in refused.value.mistakes] == [
        ("bands", 2, "ends"),
        ("bands", 3, "starts"),
        ("bands", 3, "ends"),
        ("bands", 3, "percent"),
    ]
    assert BANDS.rows_of(draft) == [night]


def test_minimums_are_of_rates_that_are_there(manager, fortessa, draft):
    change_rates(actor=manager, list_id=draft.pk, amounts={}, minima={of(fortessa): 900})
    assert draft.rates.get(tier="INT").minimum_cents == 900
    for wrong in ({of(fortessa): -1}, {of(fortessa, "COL"): 100}):
        with pytest.raises(RateNotPossible):
            change_rates(actor=manager, list_id=draft.pk, amounts={}, minima=wrong)
    change_rates(actor=manager, list_id=draft.pk, amounts={}, minima={of(fortessa): 0})
    assert draft.rates.get(tier="INT").minimum_cents == 0


def test_a_draft_gets_another_name_and_other_days(manager, draft):
    changed = change_list(
        actor=manager, list_id=draft.pk, card=ListCard(name="2027 bis", first=dt.date(2027, 2, 1))
    )
    changed.refresh_from_db()
    assert (changed.name, changed.validity.lower, changed.validity.upper) == (
        "2027 bis",
        dt.date(2027, 2, 1),
        None,
    )


def test_a_list_goes_forward_only(manager, fortessa, draft):
    with pytest.raises(NotVoted):
        put_in_force(actor=manager, list_id=draft.pk)
    with pytest.raises(NotInForce):
        end_list(actor=manager, list_id=draft.pk, last=dt.date(2027, 6, 30), now=LATER)
    assert voted(manager, draft).voted_on == VOTED_ON
    for step in (
        lambda: voted(manager, draft),
        lambda: change_list(actor=manager, list_id=draft.pk, card=NEXT_YEAR),
        lambda: change_rates(actor=manager, list_id=draft.pk, amounts={of(fortessa): 1}),
        lambda: change_parts(actor=manager, list_id=draft.pk, said={BANDS.name: []}),
        lambda: withdraw_list(actor=manager, list_id=draft.pk),
    ):
        with pytest.raises(NotADraft):
            step()
    assert put_in_force(actor=manager, list_id=draft.pk).status == "in_force"
    with pytest.raises(NotVoted):
        put_in_force(actor=manager, list_id=draft.pk)


def test_a_vote_took_place_and_was_about_something(manager, this_year, draft):
    with pytest.raises(VotedTooLate):
        vote_list(actor=manager, list_id=draft.pk, voted_on=dt.date(2026, 10, 7), now=NOW)
    empty = draft_list(actor=manager, facility_id=this_year.facility_id, card=NEXT_YEAR)
    with pytest.raises(NothingPriced):
        voted(manager, empty)


def test_two_lists_in_force_never_share_a_day(manager, this_year):
    card = ListCard(name="Too soon", first=dt.date(2026, 12, 31))
    again = draft_list(
        actor=manager,
        facility_id=this_year.facility_id,
        card=card,
        copied_from_id=this_year.pk,
    )
    voted(manager, again)
    with pytest.raises(ListsOverlap) as refusal:
        put_in_force(actor=manager, list_id=again.pk)
    assert str(refusal.value) == (
        "2026 is in force on some of these days: 2026-01-01 to 2026-12-31."
    )
    again.refresh_from_db()
    assert again.status == "voted"
    end_list(actor=manager, list_id=this_year.pk, last=dt.date(2026, 12, 30), now=LATER)
    assert put_in_force(actor=manager, list_id=again.pk).status == "in_force"


def test_a_list_ends_no_earlier_than_what_was_charged_by_it(manager, fortessa, this_year):
    a_use(someone(), fortessa, make.period("2026-11-24 09:00", "10:00"))
    charge_all_finished_uses(now=LATER)
    for last, refusal in (
        (dt.date(2026, 11, 23), ChargedLater),
        (dt.date(2025, 12, 31), LastDayTooEarly),
        (dt.date(2026, 12, 31), LastDayTooEarly),
    ):
        with pytest.raises(refusal):
            end_list(actor=manager, list_id=this_year.pk, last=last, now=LATER)
    ended = end_list(actor=manager, list_id=this_year.pk, last=dt.date(2026, 11, 24), now=LATER)
    ended.refresh_from_db()
    assert ended.validity.upper == dt.date(2026, 11, 25)


def test_a_list_does_not_end_before_a_use_that_is_still_to_be_charged(manager, fortessa, this_year):
    a_use(someone(), fortessa, make.period("2026-11-24 23:00", "23:30"))
    with pytest.raises(ChargedLater) as refusal:
        end_list(actor=manager, list_id=this_year.pk, last=dt.date(2026, 11, 23), now=LATER)
    assert refusal.value.data == {"day": dt.date(2026, 11, 24)}
    assert end_list(actor=manager, list_id=this_year.pk, last=dt.date(2026, 11, 24), now=LATER)


def test_a_draft_is_withdrawn_whole(manager, draft, this_year):
    withdraw_list(actor=manager, list_id=draft.pk)
    assert list(PriceList.objects.all()) == [this_year]
    assert Rate.objects.count() == 4
    assert Band.objects.count() == 4


@pytest.mark.parametrize(
    ("role", "reads", "makes"),
    [
        ("manager", True, True),
        ("accountant", True, False),
        ("operator", False, False),
        ("trainer", False, False),
    ],
)
def test_managers_make_the_prices_and_accountants_read_them(fortessa, draft, role, reads, makes):
    person = make.a_staff_member(fortessa.facility, role)
    assert price_lists_visible_to(person).filter(pk=draft.pk).exists() is reads
    assert may_set_prices(person, fortessa.facility_id) is makes
    refusal = NotPermitted if reads else NotFound
    with nullcontext() if makes else pytest.raises(refusal):
        change_rates(actor=person, list_id=draft.pk, amounts={})


def test_who_keeps_the_books_of_the_seller_makes_the_prices(fortessa, draft):
    keeper, stranger = make.a_user(), make.a_user()
    issuer = make.an_issuer(fortessa.facility)
    issuer.accountants.add(keeper)
    assert may_set_prices(keeper, fortessa.facility_id)
    assert not may_set_prices(keeper, make.a_facility().pk)
    assert not may_set_prices(stranger, fortessa.facility_id)
    keeper.is_active = False
    assert not may_set_prices(keeper, fortessa.facility_id)
    assert not price_lists_visible_to(make.a_staff_member(make.a_facility())).filter(pk=draft.pk)
    assert may_set_prices(make.a_user(is_superuser=True), fortessa.facility_id)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("UPDATE billing_pricelist SET status = 'draft'", "goes forward only"),
        ("UPDATE billing_pricelist SET facility_id = %(other)s", "goes forward only"),
        ("DELETE FROM billing_pricelist", "is voted and stays"),
        (
            "UPDATE billing_pricelist SET validity = '[2026-01-01,2026-11-24)'",
            "charged by on other days",
        ),
    ],
)
def test_the_database_takes_no_list_back(fortessa, change, complaint):
    a_use(someone(), fortessa)
    charge_all_finished_uses(now=LATER)
    values = {"other": make.a_facility().pk}
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match=complaint),
        transaction.atomic(),
    ):
        cursor.execute(change, values)
