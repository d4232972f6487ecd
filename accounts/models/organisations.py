"""Organisations, their teams, who belongs to them, and the projects they run."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """Who somebody is to a platform: decides the price, never who pays or the VAT."""

    INT = "INT", _("Host team")
    TUT = "TUT", _("Team of a supervising body")
    ACA = "ACA", _("Other academic")
    COL = "COL", _("Collaboration under contract")
    SUP = "SUP", _("Start-up")
    IND = "IND", _("Industry")
    EDU = "EDU", _("Training")


INDUSTRY_TIERS = frozenset({Tier.SUP, Tier.IND})


class Organisation(models.Model):
    """A legal person whose teams use the platforms."""

    class Kind(models.TextChoices):
        HOST = "host", _("Host")
        ACADEMIC = "academic", _("Academic")
        PUBLIC = "public", _("Public body")
        INDUSTRY = "industry", _("Company")

    name = models.CharField(_("name"), max_length=200, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    tier = models.CharField(_("tariff tier"), max_length=3, choices=Tier.choices)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    country = models.CharField(
        _("country"), max_length=2, default="FR", help_text=_("ISO 3166 code of two letters.")
    )
    billing_address = models.TextField(
        _("billing address"), blank=True, help_text=_("Street, building, department.")
    )
    billing_postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    billing_city = models.CharField(_("town"), max_length=100, blank=True)
    delivery_address = models.TextField(
        _("delivery address"), blank=True, help_text=_("Only where it is another.")
    )
    invoice_language = models.CharField(
        _("language of invoices"), max_length=5, choices=settings.LANGUAGES, default="fr"
    )
    invoices_by_order = models.BooleanField(
        _("one invoice for each purchase order"),
        default=True,
        help_text=_("Otherwise one for each team, with the order named on each line."),
    )
    electronic_address = models.CharField(
        _("electronic address"),
        max_length=100,
        blank=True,
        help_text=_("Where electronic invoices reach it; its SIREN unless said otherwise."),
    )
    uses_chorus_pro = models.BooleanField(
        _("receives through Chorus Pro"),
        default=False,
        help_text=_("Public bodies in France. Needs a SIRET."),
    )
    chorus_service_code = models.CharField(_("Chorus Pro service code"), max_length=100, blank=True)
    needs_engagement = models.BooleanField(_("asks for an engagement number"), default=False)
    projects_are_confidential = models.BooleanField(
        _("its projects are confidential"),
        default=False,
        help_text=_("Says its framework contract; holds for projects made from now on."),
    )
    payment_days = models.PositiveSmallIntegerField(
        _("payment term"), default=30, help_text=_("Days from the date of the invoice.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^\d{9}$"),
                name="organisation_siren_form",
                violation_error_message=_("A SIREN has nine digits."),
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"),
                name="organisation_siret_form",
                violation_error_message=_("A SIRET has fourteen digits."),
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="organisation_country_form",
                violation_error_message=_("A country is two capital letters, such as FR."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_industry(self) -> bool:
        """Whether it is a company, or pays as one."""
        return is_industry(kind=self.kind, tier=self.tier)


def is_industry(*, kind: str, tier: str) -> bool:
    """Say whether an organisation of a kind and tier is a company, or pays as one."""
    return kind == Organisation.Kind.INDUSTRY or tier in INDUSTRY_TIERS


class Team(models.Model):
    """A group in an organisation; bookings, money and statements belong to a team."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="teams",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=200)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams"
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="team_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by what they mean at a date."""

    def current(self, on: dt.date) -> MembershipQuerySet:
        """Keep the memberships that hold on a day."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on, team__is_active=True
        )


@pghistory.track()
class Membership(models.Model):
    """A person in a team, in one role, for a time. Both dates are inclusive."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        MANAGER = "manager", _("Team manager")
        HEAD = "head", _("Head of team")
        BILLING = "billing_contact", _("Billing contact")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("team")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MEMBER)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(fields=("user", "team"), name="membership_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class Project(models.Model):
    """What the work is for. Both dates are inclusive."""

    class Kind(models.TextChoices):
        ACADEMIC = "academic", _("Academic programme")
        INDUSTRY = "industry", _("Industry R&D")
        TRAINING = "training", _("Training")

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="projects", verbose_name=_("team")
    )
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=50, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ACADEMIC)
    tier = models.CharField(
        _("tariff tier"),
        max_length=3,
        choices=Tier.choices,
        blank=True,
        help_text=_("Only where it differs from the organisation's, such as a collaboration."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="projects",
        blank=True,
        verbose_name=_("people"),
        help_text=_("Left empty, the project is open to the whole team."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Only the team, and who runs a session for it, read its title."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    origin = models.CharField(max_length=20, blank=True, editable=False)
    origin_id = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="project_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.UniqueConstraint(
                fields=("origin", "origin_id"),
                condition=~Q(origin=""),
                name="project_imported_once",
            ),
        )

    def __str__(self) -> str:
        """Say what anybody may read of it; `accounts.titles` says who reads more."""
        if not self.is_confidential:
            return self.name
        return (
            _("Confidential project %(code)s") % {"code": self.code}
            if self.code
            else str(_("Confidential project"))
        )
