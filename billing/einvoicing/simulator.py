"""A portal that is none: for the demo and the tests, its answers foreseeable.

It keeps what it was given, once for each key. An invoice is received a minute later, and
paid on its due date. A service code of `UNKNOWN` is rejected a minute later instead, one of
`REFUSED` is never taken, and one of `AWAY` finds nobody at home.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from billing.einvoicing.channel import ChannelAway, Parcel, ParcelRefused, Standing
from billing.models import DepositState, SimulatedDeposit

UNKNOWN, REFUSED, AWAY = "UNKNOWN", "REFUSED", "AWAY"
RECEIVED_AFTER = dt.timedelta(minutes=1)
REFUSAL = "Code service inconnu du destinataire"


class Simulator:
    """Answers as a portal would, from what it was given and the time."""

    name = "simulator"

    def deposit(self, parcel: Parcel, *, now: dt.datetime) -> str:
        """Take an invoice; one that it has is not taken again."""
        if parcel.service_code == AWAY:
            raise ChannelAway("503 Service Unavailable")
        if parcel.service_code == REFUSED:
            raise ParcelRefused("Facture refusée : structure inactive")
        digest = hashlib.sha256(parcel.key.encode()).hexdigest()[:12].upper()
        kept, is_new = SimulatedDeposit.objects.get_or_create(
            key=parcel.key,
            defaults={
                "reference": f"SIM-{digest}",
                "xml_sha256": hashlib.sha256(parcel.xml).hexdigest(),
                "due_on": parcel.due_on,
                "refusal": REFUSAL if parcel.service_code == UNKNOWN else "",
                "received_at": now,
            },
        )
        if not is_new:
            SimulatedDeposit.objects.filter(pk=kept.pk).update(tries=F("tries") + 1)
        return kept.reference

    def status(self, reference: str, *, now: dt.datetime) -> Standing:
        """Say how far an invoice has come by now."""
        kept = SimulatedDeposit.objects.filter(reference=reference).first()
        if kept is None:
            raise ChannelAway(f"404 {reference}")
        if now < kept.received_at + RECEIVED_AFTER:
            return Standing(state=DepositState.DEPOSITED)
        if kept.refusal:
            return Standing(state=DepositState.REJECTED, detail=kept.refusal)
        today = now.astimezone(ZoneInfo(settings.CELERY_TIMEZONE)).date()
        if kept.due_on is not None and today >= kept.due_on:
            return Standing(state=DepositState.PAID)
        return Standing(state=DepositState.RECEIVED)
