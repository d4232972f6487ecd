"""How a booking is paid from several accounts: parts in per cent that make a whole."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FundingAccount
from bookings.models.booking import Booking

WHOLE = """
IF (SELECT sum(share.percent) FROM bookings_bookingshare share
     WHERE share.booking_id = coalesce(NEW.booking_id, OLD.booking_id)) <> 100 THEN
    RAISE EXCEPTION 'the shares of booking % do not make 100 per cent',
          coalesce(NEW.booking_id, OLD.booking_id)
          USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_shares_make_a_whole';
END IF;
RETURN NULL;
"""


@pghistory.track()
class BookingShare(models.Model):
    """The part of a booking that one account pays. Without any, the booking's account pays.

    They are written and removed all at once; when the transaction ends, those of a booking
    come to 100 or are none. Their order by id is the order in which cents are rounded.
    """

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="shares", verbose_name=_("booking")
    )
    account = models.ForeignKey(
        FundingAccount,
        on_delete=models.PROTECT,
        related_name="shares",
        verbose_name=_("funding account"),
    )
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("share of a booking")
        verbose_name_plural = _("shares of bookings")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("booking", "account"), name="booking_share_of_account_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lt=100), name="booking_share_is_a_part"
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="booking_shares_whole",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func=WHOLE,
            ),
        )

    def __str__(self) -> str:
        return f"{self.percent} % {self.account}"
