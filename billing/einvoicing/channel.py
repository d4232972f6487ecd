"""What carries electronic invoices: the one interface, whatever portal stands behind it.

`PLATEAU_EINVOICE_CHANNEL` names the channel; left empty, invoices go as PDF by mail only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """An invoice as it is handed over.

    `key` is the same at every try: a channel that has it already answers as it did then.
    """

    key: str
    number: str
    pdf: bytes
    xml: bytes
    recipient: str
    service_code: str
    engagement_number: str
    due_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a channel says that an invoice has come: a state of `DepositState`."""

    state: str
    detail: str = ""


class ChannelAway(Exception):
    """The channel does not answer, or not sensibly; a later try may do better."""


class ParcelRefused(Exception):
    """The channel takes this invoice never, and says why."""


class EInvoiceChannel(Protocol):
    """A platform or portal that takes invoices to their buyers.

    Neither call is made inside a transaction, and each may be made again.
    """

    name: str

    def deposit(self, parcel: Parcel, *, now: dt.datetime) -> str:
        """Hand an invoice over; returns the channel's reference of it.

        Raises:
            ChannelAway: it is not known whether it was taken.
            ParcelRefused: it was not, and never will be like this.
        """

    def status(self, reference: str, *, now: dt.datetime) -> Standing:
        """Ask how far an invoice has come.

        Raises:
            ChannelAway: there is no answer.
        """


def channel_named(name: str) -> EInvoiceChannel:
    """Return the channel of a name.

    Raises:
        ImproperlyConfigured: there is no such channel.
    """
    from billing.einvoicing.simulator import Simulator

    channels: dict[str, type[EInvoiceChannel]] = {Simulator.name: Simulator}
    try:
        return channels[name]()
    except KeyError:
        known = ", ".join(channels)
        message = f"PLATEAU_EINVOICE_CHANNEL names {name!r}; there are: {known}."
        raise ImproperlyConfigured(message) from None


def chosen_channel() -> str:
    """Return the name of the channel in use; empty where invoices go by mail only."""
    return str(settings.EINVOICE_CHANNEL)
