"""Who sees which quotes, who makes them, and who answers."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Team, User
from accounts.permissions import is_administrator, team_ids_of
from billing.models import Quote, QuoteLine, Seller
from billing.permissions import LEDGER_ROLES, MONEY_ROLES, issuers_kept_by
from facilities.models import Facility
from facilities.permissions import Role, facility_ids_run_by


def quotes_visible_to(user: User, *, on: dt.date) -> QuerySet[Quote]:
    """Return the quotes a person may see.

    Once they are sent, those to the teams whose money they look after. Drafts too, those
    of the issuers whose books they keep and those that speak of platforms they manage or
    keep the accounts of; all for an administrator.
    """
    quotes = Quote.objects.select_related(
        "issuer", "facility", "team__organisation", "project", "account"
    )
    if is_administrator(user):
        return quotes
    if not user.is_active:
        return quotes.none()
    own = facility_ids_run_by(user, *LEDGER_ROLES)
    lines = QuoteLine.objects.filter(quote=OuterRef("pk"), facility__in=own)
    return quotes.filter(
        Q(issuer__in=issuers_kept_by(user))
        | Q(facility__in=own)
        | Exists(lines)
        | Q(sent_at__isnull=False, team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
    )


def quotes_answered_by(user: User, *, on: dt.date) -> QuerySet[Quote]:
    """Return the quotes to the teams whose money a person looks after, drafts not among them."""
    if not user.is_active:
        return Quote.objects.none()
    return Quote.objects.select_related("facility", "team", "project").filter(
        sent_at__isnull=False, team__in=team_ids_of(user, on=on, roles=MONEY_ROLES)
    )


def may_answer_quotes_to(actor: User, team_id: int, *, on: dt.date) -> bool:
    """Say whether a person accepts or refuses for a team: who looks after its money."""
    return (
        actor.is_active
        and team_ids_of(actor, on=on, roles=MONEY_ROLES).filter(team=team_id).exists()
    )


def facilities_quoted_by(user: User) -> QuerySet[Facility]:
    """Return the platforms for which a person makes quotes.

    Those they manage and those of the issuers whose books they keep, where a body sells
    for them; all of these for an administrator.
    """
    sold = Facility.objects.filter(Exists(Seller.objects.filter(facility=OuterRef("pk"))))
    if is_administrator(user):
        return sold
    if not user.is_active:
        return sold.none()
    kept = Seller.objects.filter(facility=OuterRef("pk"), issuer__in=issuers_kept_by(user))
    return sold.filter(Q(pk__in=facility_ids_run_by(user, Role.MANAGER)) | Exists(kept))


def may_quote_for(actor: User, facility_id: int) -> bool:
    """Say whether a person makes and sends quotes of a platform."""
    return facilities_quoted_by(actor).filter(pk=facility_id).exists()


def teams_quoted_to(user: User) -> QuerySet[Team]:
    """Return the teams to which a person may make a quote: every one that is open."""
    teams = Team.objects.select_related("organisation").filter(
        is_active=True, organisation__is_active=True
    )
    return teams if facilities_quoted_by(user).exists() else teams.none()
