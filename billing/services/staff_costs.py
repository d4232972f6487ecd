"""Charging the time of staff by the minute, and costs that are passed on with a receipt."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.errors import NotFound
from accounts.models import FundingAccount, Project, Team, User
from accounts.permissions import require
from accounts.transactions import assert_in_transaction, use_case
from billing.costs.errors import (
    AccountSpent,
    DayAhead,
    NotByTheHour,
    NothingToCharge,
    NotOfStaff,
    PatientNamed,
    PayerNotUsable,
    ReceiptNotTaken,
)
from billing.costs.queries import (
    COST,
    TIME,
    For,
    Receipt,
    accounts_charged,
    cost_of_minutes,
    costs_visible_to,
    hourly_services,
    hours_of,
    may_charge_for,
    people_of,
    projects_charged,
    staff_times_visible_to,
    teams_charged,
)
from billing.costs.receipts import LARGEST_BYTES, receipt_name
from billing.file_types import type_of_paper
from billing.models import Charge, PassThrough, StaffTime
from billing.permissions import may_correct
from billing.prices.service_prices import service_price
from billing.quoting import committed_cents
from billing.selling import Terms, sellers_of, terms_of
from billing.services.correcting import reverse_charge
from bookings.wording import money_text
from compliance.privacy import patient_data_found
from facilities.models import Facility

MOST_MINUTES = 24 * 60
MOST_CENTS = 10**12
LONGEST_TEXT = 300
PIECE = "piece"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payer:
    facility: Facility
    team: Team
    project: Project | None
    account: FundingAccount


@use_case
def record_staff_time(
    *,
    actor: User,
    what_for: For,
    service_id: int,
    person_id: int,
    minutes: int,
    what: str,
    now: dt.datetime,
) -> StaffTime:
    """Charge a team for time that somebody of a platform worked for it, by the minute.

    The hourly price is that of the service for the team on the day; the amount is rounded
    half up once. The account is locked, so that its ceiling holds.

    Raises:
        NotFound, NotPermitted: the actor does not know or run the platform.
        NothingToCharge, PatientNamed, DayAhead: of the minutes, the text and the day.
        NotByTheHour, NotOfStaff, RateMissing: of the service, the person and the price.
        PayerNotUsable, AccountSpent: of the project and the account.
    """
    text = _text(what)
    if not 1 <= minutes <= MOST_MINUTES:
        raise NothingToCharge
    payer = _payer(actor, what_for, now=now)
    service = hourly_services(payer.facility.pk).filter(pk=service_id).first()
    if service is None:
        raise NotByTheHour
    person = people_of(payer.facility.pk).filter(pk=person_id).first()
    if person is None:
        raise NotOfStaff
    price = service_price(
        service=service,
        team=payer.team,
        project=payer.project,
        on=what_for.day,
        account_id=payer.account.pk,
    )
    amount_cents = cost_of_minutes(minutes, price.unit_price_cents)
    _keep_ceiling(payer.account, amount_cents)
    done = StaffTime.objects.create(
        **_common(payer, what_for.day, text, actor, now),
        service=service,
        person=person,
        minutes=minutes,
    )
    _charge(
        payer,
        terms=_terms(payer, service.nature),
        source=Charge.Source.STAFF_TIME,
        source_id=done.pk,
        component=TIME,
        service_date=what_for.day,
        description=f"{service.name} · {minutes} min · {text}"[:500],
        quantity=hours_of(minutes),
        unit=price.unit,
        unit_price_cents=price.unit_price_cents,
        amount_cents=amount_cents,
        price_list_id=price.price_list_id,
        written_by=actor,
        created_at=now,
    )
    return done


@use_case
def pass_cost_on(
    *,
    actor: User,
    what_for: For,
    net_cents: int,
    nature: str,
    receipt: Receipt,
    what: str,
    now: dt.datetime,
) -> PassThrough:
    """Charge a team at cost for something the platform bought for it, and keep the receipt.

    `net_cents` is without VAT; the nature decides the VAT rule of the sale to the team.
    The account is locked, so that its ceiling holds.

    Raises:
        NotFound, NotPermitted: the actor does not know or run the platform.
        NothingToCharge, PatientNamed, DayAhead: of the amount, the text and the day.
        ReceiptNotTaken: the file is no PDF, PNG or JPEG, or is too large.
        PayerNotUsable, AccountSpent: of the project and the account.
    """
    text = _text(what)
    if not 1 <= net_cents <= MOST_CENTS or nature not in PassThrough.Kind.values:
        raise NothingToCharge
    kind = type_of_paper(receipt.content)
    if kind is None or len(receipt.content) > LARGEST_BYTES:
        raise ReceiptNotTaken
    payer = _payer(actor, what_for, now=now)
    _keep_ceiling(payer.account, net_cents)
    cost = PassThrough.objects.create(
        **_common(payer, what_for.day, text, actor, now),
        net_cents=net_cents,
        nature=nature,
        receipt=receipt.content,
        receipt_name=receipt_name(receipt.name, kind),
        receipt_type=kind,
        receipt_sha256=hashlib.sha256(receipt.content).hexdigest(),
    )
    _charge(
        payer,
        terms=_terms(payer, nature),
        source=Charge.Source.PASS_THROUGH,
        source_id=cost.pk,
        component=COST,
        service_date=what_for.day,
        description=text,
        quantity=Decimal(1),
        unit=PIECE,
        unit_price_cents=net_cents,
        amount_cents=net_cents,
        price_list_id=None,
        written_by=actor,
        created_at=now,
    )
    return cost


@use_case
def take_back_staff_time(
    *, actor: User, staff_time_id: int, reason: str, now: dt.datetime
) -> Charge:
    """Undo the charge of staff time by its opposite, with a reason.

    Raises:
        NotFound: the actor cannot see it.
        NotPermitted: the actor does not keep the ledger of the platform.
        ReasonMissing, AlreadyReversed: no reason, or no second time.
    """
    row = staff_times_visible_to(actor, on=now.date()).filter(pk=staff_time_id).first()
    return _taken_back(row, actor=actor, reason=reason, now=now)


@use_case
def take_back_cost(*, actor: User, cost_id: int, reason: str, now: dt.datetime) -> Charge:
    """Undo the charge of a cost passed on by its opposite; refusals as for staff time."""
    row = costs_visible_to(actor, on=now.date()).filter(pk=cost_id).first()
    return _taken_back(row, actor=actor, reason=reason, now=now)


def _taken_back(row: Any, *, actor: User, reason: str, now: dt.datetime) -> Charge:
    if row is None:
        raise NotFound
    charge = Charge.objects.get(pk=row.charge_id)
    require(may_correct(actor, charge))
    return reverse_charge(charge_id=charge.pk, actor=actor, reason=reason, now=now)


def _text(what: str) -> str:
    text = what.strip()[:LONGEST_TEXT]
    if not text:
        raise NothingToCharge
    if patient_data_found(text):
        raise PatientNamed
    return text


def _payer(actor: User, what_for: For, *, now: dt.datetime) -> _Payer:
    """Find who pays, and hold the account until commit."""
    assert_in_transaction()
    facility = Facility.objects.filter(pk=what_for.facility_id, is_active=True).first()
    if facility is None:
        raise NotFound
    require(may_charge_for(actor, facility.pk))
    if what_for.day > now.astimezone(facility.tz).date():
        raise DayAhead
    team = teams_charged().filter(pk=what_for.team_id).first()
    project = None
    if what_for.project_id is not None:
        projects = projects_charged(what_for.team_id, on=what_for.day)
        project = projects.filter(pk=what_for.project_id).first()
    accounts = accounts_charged(what_for.team_id, on=what_for.day)
    account = accounts.select_for_update(no_key=True).filter(pk=what_for.account_id).first()
    lacks_project = what_for.project_id is not None and project is None
    if team is None or account is None or lacks_project:
        raise PayerNotUsable
    return _Payer(facility=facility, team=team, project=project, account=account)


def _keep_ceiling(account: FundingAccount, amount_cents: int) -> None:
    if account.ceiling_cents is None:
        return
    left = account.ceiling_cents - committed_cents(account.pk)
    if amount_cents > left:
        raise AccountSpent(left=money_text(left), amount=money_text(amount_cents))


def _common(
    payer: _Payer, day: dt.date, text: str, actor: User, now: dt.datetime
) -> dict[str, Any]:
    return {
        "facility": payer.facility,
        "team": payer.team,
        "project": payer.project,
        "account": payer.account,
        "day": day,
        "what": text,
        "recorded_by": actor,
        "recorded_at": now,
    }


def _terms(payer: _Payer, nature: str) -> Terms:
    seller = sellers_of([payer.facility.pk])[payer.facility.pk]
    return terms_of(team=payer.team, project=payer.project, seller=seller, nature=nature)


def _charge(payer: _Payer, *, terms: Terms, **fields: Any) -> None:
    Charge.objects.create(
        facility=payer.facility,
        issuer_id=terms.issuer_id,
        organisation_id=payer.team.organisation_id,
        team=payer.team,
        project=payer.project,
        account=payer.account,
        tier=terms.tier,
        vat_category=terms.rule.category,
        vat_percent=terms.rule.percent,
        vat_exemption=terms.rule.exemption,
        **fields,
    )
