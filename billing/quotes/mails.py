"""The letters about quotes and about accounts that are nearly spent.

Renderers for the outbox: they only read. Registered by BillingConfig.ready().
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Membership, User
from billing.models import AccountWarning, Charge, Quote, QuoteAnswer
from billing.permissions import MONEY_ROLES
from billing.quotes.states import QuoteState
from billing.services.account_warnings import ACCOUNT_WARNED
from billing.services.quote_answers import QUOTE_ANSWERED
from billing.services.quote_steps import QUOTE_EXPIRED, QUOTE_SENT
from bookings.models import Booking
from bookings.wording import date_text, money_text
from facilities.models import FacilityStaff
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail

FULL = 100


def register() -> None:
    """Let the outbox word what is published about quotes."""
    registry.register(QUOTE_SENT, sent_mails)
    registry.register(QUOTE_ANSWERED, answered_mails)
    registry.register(QUOTE_EXPIRED, expired_mails)
    registry.register(ACCOUNT_WARNED, warned_mails)


def sent_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write a quote to those who look after the team's money, while it waits for them."""
    quote = _quote(payload)
    if quote is None or quote.state != QuoteState.SENT:
        return []
    return [_mail(_sent_letter, quote, reader) for reader in _of_team(quote.team_id, now)]


def answered_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write the answer to who made the quote and to the managers of its platform.

    To those who look after the team's money, too, where it was recorded for them.
    """
    quote = _quote(payload)
    if quote is None or not hasattr(quote, "answer"):
        return []
    of_team = _of_team(quote.team_id, now) if quote.answer.is_recorded else ()
    return [
        *(_mail(_recorded_letter, quote, reader) for reader in of_team),
        *(_mail(_answered_letter, quote, reader) for reader in _of_platform(quote)),
    ]


def expired_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write that a quote has lapsed to who made it and to the managers of its platform."""
    quote = _quote(payload)
    if quote is None:
        return []
    return [_mail(_expired_letter, quote, reader) for reader in _of_platform(quote)]


def warned_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write of a ceiling to those who look after the money, and to the platforms' managers."""
    warning = (
        AccountWarning.objects.select_related("account__team").filter(pk=payload["warning"]).first()
    )
    if warning is None:
        return []
    of_team = list(_of_team(warning.account.team_id, now))
    known = {person.pk for person in of_team}
    managers = [person for person in _of_account(warning.account_id) if person.pk not in known]
    return [
        *(_mail(_team_warning, warning, person) for person in of_team),
        *(_mail(_platform_warning, warning, person) for person in managers),
    ]


def _quote(payload: Mapping[str, Any]) -> Quote | None:
    return (
        Quote.objects.select_related(
            "team", "facility", "made_by", "project", "answer__answered_by"
        )
        .filter(pk=payload["quote"])
        .first()
    )


def _mail(write: Any, about: Quote | AccountWarning, reader: User) -> Mail:
    with override(reader.language):
        return mail_of(write(about), address=reader.email, language=reader.language)


def _of_team(team_id: int, now: datetime) -> Iterable[User]:
    seats = Membership.objects.current(now.date()).filter(team=team_id, role__in=MONEY_ROLES)
    return User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("pk")


def _of_platform(quote: Quote) -> Iterable[User]:
    managers = FacilityStaff.objects.filter(
        facility=quote.facility_id, role=FacilityStaff.Role.MANAGER
    )
    return User.objects.filter(
        Q(pk__in=managers.values("user")) | Q(pk=quote.made_by_id), is_active=True
    ).order_by("pk")


def _of_account(account_id: int) -> Iterable[User]:
    """Return the managers of the platforms that quoted to, booked on or charged an account."""
    facilities = {
        *Quote.objects.filter(account=account_id).values_list("facility_id", flat=True),
        *Charge.objects.filter(account=account_id).values_list("facility_id", flat=True),
        *Booking.objects.filter(account=account_id).values_list(
            "instrument__facility_id", flat=True
        ),
    }
    managers = FacilityStaff.objects.filter(
        facility__in=facilities, role=FacilityStaff.Role.MANAGER
    )
    return User.objects.filter(pk__in=managers.values("user"), is_active=True).order_by("pk")


def _sent_letter(quote: Quote) -> Letter:
    return Letter(
        subject=_("Quote %(number)s: %(title)s") % {"number": quote.number, "title": quote.title},
        title=_("A quote waits for your answer"),
        lines=(
            _("%(platform)s offers your team %(title)s for %(sum)s before VAT.")
            % {
                "platform": quote.facility.localized_name,
                "title": quote.title,
                "sum": money_text(quote.net_cents),
            },
            _("Accept it with a purchase order or a signature until %(day)s.")
            % {"day": date_text(quote.valid_until) if quote.valid_until else ""},
        ),
        facts=(
            Fact(label=_("Quote"), value=quote.number),
            Fact(label=_("Team"), value=quote.team.name),
            Fact(label=_("Total with VAT"), value=money_text(quote.total_cents)),
            Fact(label="PDF", value=f"{_url(quote)}pdf/"),
        ),
        link=Link(label=_("Read the quote"), url=_url(quote)),
        why=_("You receive this because you look after the money of this team."),
    )


def _answered_letter(quote: Quote) -> Letter:
    answer = quote.answer
    if answer.answer == QuoteAnswer.Answer.REFUSED:
        title = _("%(team)s refused quote %(number)s")
        said = [Fact(label=_("Reason"), value=answer.reason)]
    else:
        title = _("%(team)s accepted quote %(number)s")
        said = _accepted_by(answer)
    title %= {"team": quote.team.name, "number": quote.number}
    return Letter(
        subject=title,
        title=title,
        lines=(quote.title,),
        facts=(*said, Fact(label=_("Total without VAT"), value=money_text(quote.net_cents))),
        link=Link(label=_("Read the quote"), url=_url(quote)),
        why=_("You receive this because you make quotes for this platform."),
    )


def _accepted_by(answer: QuoteAnswer) -> list[Fact]:
    """Say by what a quote was accepted, and who recorded it where it came on paper."""
    said = Fact(
        label=_("Purchase order") if answer.purchase_order else _("Signed by"),
        value=answer.purchase_order or answer.signed_name,
    )
    if not answer.is_recorded or answer.signed_on is None:
        return [said]
    return [
        said,
        Fact(label=_("Day of the paper"), value=date_text(answer.signed_on)),
        Fact(label=_("Recorded by"), value=answer.answered_by.get_full_name()),
    ]


def _recorded_letter(quote: Quote) -> Letter:
    return Letter(
        subject=_("Quote %(number)s is accepted: %(title)s")
        % {"number": quote.number, "title": quote.title},
        title=_("Your acceptance of quote %(number)s is recorded") % {"number": quote.number},
        lines=(
            _("%(platform)s recorded what you sent on paper. The order can be spent from now on.")
            % {"platform": quote.facility.localized_name},
            _("If your team did not accept this quote, tell the platform."),
        ),
        facts=(
            *_accepted_by(quote.answer),
            Fact(label=_("Total without VAT"), value=money_text(quote.net_cents)),
        ),
        link=Link(label=_("Read the quote"), url=_url(quote)),
        why=_("You receive this because you look after the money of this team."),
    )


def _expired_letter(quote: Quote) -> Letter:
    title = _("Quote %(number)s has lapsed") % {"number": quote.number}
    return Letter(
        subject=title,
        title=title,
        lines=(
            _("%(team)s gave no answer until %(day)s.")
            % {
                "team": quote.team.name,
                "day": date_text(quote.valid_until) if quote.valid_until else "",
            },
        ),
        facts=(Fact(label=_("Quote"), value=quote.title),),
        link=Link(label=_("Make a copy"), url=_url(quote)),
        why=_("You receive this because you make quotes for this platform."),
    )


def _team_warning(warning: AccountWarning) -> Letter:
    return _warning(
        warning,
        link=Link(label=_("See your accounts"), url=f"{settings.SITE_URL}/costs/"),
        why=_("You receive this because you look after the money of this team."),
    )


def _platform_warning(warning: AccountWarning) -> Letter:
    return _warning(
        warning,
        link=Link(label=_("See the quotes"), url=f"{settings.SITE_URL}/quotes/"),
        why=_("You receive this because you manage a platform that this account pays."),
    )


def _warning(warning: AccountWarning, *, link: Link, why: str) -> Letter:
    reference, team = warning.account.reference, warning.account.team.name
    if warning.percent >= FULL:
        title = _("%(reference)s is spent") % {"reference": reference}
        line = _(
            "What is charged and booked has reached its ceiling: nothing more is booked on it."
        )
    else:
        title = _("%(percent)s%% of %(reference)s are spent") % {
            "percent": warning.percent,
            "reference": reference,
        }
        line = _("What is charged and booked comes near its ceiling.")
    return Letter(
        subject=f"{title} · {team}",
        title=title,
        lines=(line,),
        facts=(
            Fact(label=_("Team"), value=team),
            Fact(label=_("Ceiling"), value=money_text(warning.ceiling_cents)),
            Fact(label=_("Charged and booked"), value=money_text(warning.committed_cents)),
        ),
        link=link,
        why=why,
    )


def _url(quote: Quote) -> str:
    return f"{settings.SITE_URL}/quotes/{quote.pk}/"
