"""Which charges are still to be put on a document, and what stands in the way of the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from billing.documents.invoicing import INTERNAL_FAMILY, OUT_OF_SCOPE_FAMILY, TAXED_FAMILY
from billing.models import Charge, InvoiceLine
from billing.month_end.stating import is_disputed, with_last_day


class Obstacle:
    """Why a charge cannot be billed yet; nought stands in the way of an empty one."""

    NO_ISSUER = "no_issuer"
    NO_ACCOUNT = "no_account"
    ACCOUNT_EXPIRED = "account_expired"
    NO_ENGAGEMENT = "no_engagement"
    DISPUTED = "disputed"
    NOT_STATED = "not_stated"
    DISPUTABLE = "disputable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Charges that belong on one document. Without an account, one for the whole team."""

    issuer_id: int
    team_id: int
    account_id: int | None
    family: str


FAMILY = Case(
    When(vat_category="internal", then=Value(INTERNAL_FAMILY)),
    When(vat_category="O", then=Value(OUT_OF_SCOPE_FAMILY)),
    default=Value(TAXED_FAMILY),
    output_field=CharField(),
)

NEEDS_ENGAGEMENT = Q(
    ~Q(vat_category="internal"),
    organisation__uses_chorus_pro=True,
    organisation__needs_engagement=True,
)
"""Charges of a public body that refuses what states no engagement number of its own.

Source: code de la commande publique, article D2192-2 (décret n° 2019-748): the reference of
the order, of the contract or of the buyer's engagement is stated. Chorus Pro rejects what
lacks the number where the body makes it compulsory.
"""

ONE_ACCOUNT = Case(
    When(Q(organisation__invoices_by_order=True) | NEEDS_ENGAGEMENT, then=F("account_id"))
)
"""The account that a document is of: a document states one engagement number."""

OBSTACLE = Case(
    When(issuer=None, then=Value(Obstacle.NO_ISSUER)),
    When(account=None, then=Value(Obstacle.NO_ACCOUNT)),
    When(
        Q(account__valid_until__lt=F("service_date"))
        | Q(account__valid_from__gt=F("service_date")),
        then=Value(Obstacle.ACCOUNT_EXPIRED),
    ),
    When(NEEDS_ENGAGEMENT & Q(account__engagement_number=""), then=Value(Obstacle.NO_ENGAGEMENT)),
    When(is_disputed(), then=Value(Obstacle.DISPUTED)),
    default=Value(""),
    output_field=CharField(),
)


def unbilled_charges() -> QuerySet[Charge]:
    """Return the charges that no document bills and that are still to be.

    Left out are charges of nothing, and a charge with its reversal where neither was
    billed: together they come to nothing. A reversal of what was billed is a credit note
    to come (`charges_to_credit`), unless it takes back a refund.
    """
    on_document = InvoiceLine.objects.filter(charge=OuterRef("pk"))
    original_on_document = InvoiceLine.objects.filter(charge=OuterRef("reverses"))
    undone = Charge.objects.filter(reverses=OuterRef("pk"))
    return (
        Charge.objects.exclude(amount_cents=0)
        .filter(~Exists(on_document))
        .filter(
            Q(reverses=None) & ~Exists(undone)
            | Q(reverses__isnull=False, amount_cents__gt=0) & Exists(original_on_document)
        )
    )


def charges_to_credit() -> QuerySet[Charge]:
    """Return the reversals of charges that were billed, which no credit note holds."""
    on_document = InvoiceLine.objects.filter(charge=OuterRef("pk"))
    original_on_document = InvoiceLine.objects.filter(charge=OuterRef("reverses"))
    return Charge.objects.filter(
        ~Exists(on_document), Exists(original_on_document), amount_cents__lt=0
    )


def with_obstacle(charges: QuerySet[Charge], *, settled_on: dt.date | None) -> QuerySet[Any]:
    """Add `obstacle` and `family` to charges.

    With `settled_on` a charge also waits until a statement has told it and its time to be
    disputed is over before that day: so a month end bills.
    """
    obstacle: Case = OBSTACLE
    if settled_on is not None:
        charges = with_last_day(charges)
        obstacle = Case(
            When(~Q(found=""), then=F("found")),
            When(last_day=None, then=Value(Obstacle.NOT_STATED)),
            When(last_day__gte=settled_on, then=Value(Obstacle.DISPUTABLE)),
            default=Value(""),
            output_field=CharField(),
        )
        charges = charges.alias(found=OBSTACLE)
    return charges.annotate(obstacle=obstacle, family=FAMILY)


def billable_charges(*, until: dt.date, settled_on: dt.date | None = None) -> QuerySet[Charge]:
    """Return the charges of days before a date that can be billed now, with their family.

    `settled_on` as in `with_obstacle`.
    """
    charges = unbilled_charges().filter(service_date__lt=until)
    return with_obstacle(charges, settled_on=settled_on).filter(obstacle="")


def groups_to_bill(
    *, issuer_id: int, until: dt.date, settled_on: dt.date | None = None
) -> list[Group]:
    """Return the documents that an issuer can issue, in a fixed order and one query."""
    rows = (
        billable_charges(until=until, settled_on=settled_on)
        .filter(issuer=issuer_id)
        .order_by()
        .annotate(one_account=ONE_ACCOUNT)
        .values_list("team_id", "one_account", "family")
        .distinct()
    )
    groups = [
        Group(issuer_id=issuer_id, team_id=team_id, account_id=account_id, family=family)
        for team_id, account_id, family in rows
    ]
    return sorted(groups, key=lambda one: (one.team_id, one.account_id or 0, one.family))


def charges_of(
    group: Group, *, until: dt.date, settled_on: dt.date | None = None
) -> QuerySet[Charge]:
    """Return what belongs on the document of a group."""
    charges = billable_charges(until=until, settled_on=settled_on).filter(
        issuer=group.issuer_id, team=group.team_id
    )
    charges = charges.alias(kin=FAMILY).filter(kin=group.family)
    charges = charges.alias(one_account=ONE_ACCOUNT).filter(one_account=group.account_id)
    return charges.select_related("account", "facility").order_by("service_date", "id")
