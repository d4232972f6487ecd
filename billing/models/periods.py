"""Months of the books that are closed, and what keeps everything dated in them as it is."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.issuers import Issuer
from billing.models.statements import WRITTEN_ONCE
from facilities.models import Facility

_ISSUER = {
    "NEW": "issuer := NEW.issuer_id;",
    "payment": "SELECT p.issuer_id INTO issuer FROM billing_payment p WHERE p.id = NEW.payment_id;",
}


def stays_out_of_closed_months(name: str, *, issuer: str, day: str) -> pgtrigger.Trigger:
    """Return what refuses rows dated in a closed month, or before one.

    `issuer` says where the issuer is found: on the row (`NEW`) or its `payment`. Its row
    is locked against closing until commit, so that a month is never closed between the
    question and the row.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("issuer", "bigint")],
        func=f"""
        {_ISSUER[issuer]}
        PERFORM 1 FROM billing_issuer i WHERE i.id = issuer FOR KEY SHARE;
        IF EXISTS (
            SELECT 1 FROM billing_accountingperiod m
             WHERE m.issuer_id = issuer AND m.month >= date_trunc('month', NEW.{day})::date
        ) THEN
            RAISE EXCEPTION 'the books are closed for %', NEW.{day}
                USING ERRCODE = 'check_violation', CONSTRAINT = 'accounting_period_open';
        END IF;
        RETURN NEW;
        """,  # noqa: S608 - names of our own tables
    )


class AccountingPeriod(models.Model):
    """A month that an issuer closed: nothing dated in it is added any more.

    `controls` keeps what it came to, so that anybody can check that it still does.
    """

    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="periods", verbose_name=_("issuer")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    controls = models.JSONField(_("control totals"), default=dict)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ("-month", "issuer")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "month"), name="accounting_period_once"),
            models.CheckConstraint(
                condition=Q(month__day=1), name="accounting_period_of_a_whole_month"
            ),
        )
        triggers = (pgtrigger.Protect(name="accounting_period_stays", operation=WRITTEN_ONCE),)

    def __str__(self) -> str:
        return f"{self.issuer_id} {self.month:%Y-%m}"


class SalesAccount(models.Model):
    """The account on which the sales of one platform are booked, where it has its own."""

    facility = models.OneToOneField(
        Facility, on_delete=models.PROTECT, related_name="+", verbose_name=_("platform")
    )
    number = models.CharField(_("account number"), max_length=12)

    class Meta:
        verbose_name = _("sales account of a platform")
        verbose_name_plural = _("sales accounts of platforms")
        constraints = (
            models.CheckConstraint(
                condition=Q(number__regex=r"^70\d{1,10}$"), name="sales_account_form"
            ),
        )

    def __str__(self) -> str:
        return self.number
