"""How the parts of a price list travel: bands, surcharges, discounts on volume, packages, files.

What comes in becomes the cells of a file, and is checked as those are.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.choices import TIERS
from api.fields import Base64Field, CentsField, CurrencyField, IdField, WallClockField
from billing.prices.cells import Known
from billing.prices.part_rows import Said, said_by
from billing.prices.parts import (
    BANDS,
    PACKAGE_ITEMS,
    PACKAGE_PRICES,
    PACKAGES,
    SURCHARGES,
    VOLUME_DISCOUNTS,
)
from billing.prices.rows import Part

MOST_ROWS = 200
MOST_ENCODED = 960_000
"""Letters of Base64 that fit a body."""
MOST_ENCODED = 960_000
"""Letters of Base64 that fit a body."""
ITS_TIER = "Tariff tier; empty for all."
INSTRUMENT_ID, SERVICE_ID = "instrument_id", "service_id"
GROUNDS = SURCHARGES.column("ground").kind.choices
"""What a surcharge may be for."""


class BandSerializer(serializers.Serializer[Any]):
    """Hours of the week that cost a share of the hourly rate."""

    name = serializers.CharField(help_text="Such as Night.")
    weekdays = serializers.ListField(
        child=serializers.IntegerField(), help_text="From Monday, 0, to Sunday, 6."
    )
    on_holidays = serializers.BooleanField(help_text="Whether it holds on public holidays.")
    starts = WallClockField(help_text="On the platform's clock.")
    ends = WallClockField(help_text="00:00 is midnight at the end of the day.")
    percent = serializers.IntegerField(help_text="Per cent of the rate.")


class SurchargeSerializer(serializers.Serializer[Any]):
    """What the nature of a use adds: a percentage of it, or a sum once for each use."""

    instrument = serializers.IntegerField(
        source=INSTRUMENT_ID, allow_null=True, help_text="Id; null for all of the platform."
    )
    tier = serializers.CharField(help_text=ITS_TIER)
    ground = serializers.CharField(help_text="What for: bsl2.")
    name = serializers.CharField(help_text="As it stands on a charge.")
    percent = serializers.IntegerField(allow_null=True, help_text="Per cent; null: a sum.")
    amount = CentsField(
        source="amount_cents", allow_null=True, help_text="Before VAT; null: a percentage."
    )
    currency = CurrencyField(help_text="ISO 4217 code.")


class VolumeDiscountSerializer(serializers.Serializer[Any]):
    """A percentage off what a team uses of one thing in a month above a quantity."""

    instrument = serializers.IntegerField(
        source=INSTRUMENT_ID, allow_null=True, help_text="Id of the instrument; else null."
    )
    service = serializers.IntegerField(
        source=SERVICE_ID, allow_null=True, help_text="Id of the service; else null."
    )
    tier = serializers.CharField(help_text=ITS_TIER)
    from_quantity = serializers.DecimalField(
        max_digits=12, decimal_places=4, help_text="In the unit of the rate."
    )
    percent = serializers.IntegerField(help_text="Per cent off, 1 to 100.")


class PackagePriceSerializer(serializers.Serializer[Any]):
    """What a package costs one tier."""

    tier = serializers.CharField(help_text="Tariff tier.")
    amount = CentsField(source="amount_cents", help_text="Before VAT.")
    currency = CurrencyField(help_text="ISO 4217 code.")


class PackageItemSerializer(serializers.Serializer[Any]):
    """What is in a package."""

    instrument = serializers.IntegerField(
        source=INSTRUMENT_ID, allow_null=True, help_text="Id of the instrument; else null."
    )
    service = serializers.IntegerField(
        source=SERVICE_ID, allow_null=True, help_text="Id of the service; else null."
    )
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4, help_text="How many.")
    unit = serializers.CharField(help_text="Of what: hour, session or a service's.")


class PackageSerializer(serializers.Serializer[Any]):
    """A bundle that is sold for one price: a line for quotes."""

    name = serializers.CharField(help_text="Once in a list.")
    name_fr = serializers.CharField(help_text="In French; may be empty.")
    description = serializers.CharField(help_text="May be empty.")
    prices = PackagePriceSerializer(many=True, help_text="By tier.")
    items = PackageItemSerializer(many=True, help_text="What is in it.")


def _text(longest: int, help_text: str, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, help_text=help_text, **kwargs)


def _id(help_text: str) -> IdField:
    return IdField(required=False, allow_null=True, default=None, help_text=help_text)


def _tier() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        TIERS, required=False, allow_blank=True, default="", help_text=ITS_TIER
    )


def _percent(help_text: str, **kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=32_767, help_text=help_text, **kwargs)


def _amount(help_text: str, **kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=9, decimal_places=2, min_value=0, help_text=help_text, **kwargs
    )


def _quantity(help_text: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=4, min_value=Decimal(0), help_text=help_text
    )


def _list_of(child: serializers.Serializer[Any], help_text: str) -> serializers.ListField:
    return serializers.ListField(child=child, max_length=MOST_ROWS, help_text=help_text)


class RowInput(serializers.Serializer[Any]):
    """A row of a part of a list."""

    part: Part

    @classmethod
    def said(cls, row: dict[str, Any], known: Known, **more: Any) -> Said:
        """Return a row as the cells of a file."""
        renamed = {"instrument": INSTRUMENT_ID, "service": SERVICE_ID}
        values = {renamed.get(name, name): value for name, value in row.items()} | more
        if "amount" in values:
            amount = values.pop("amount")
            values["amount_cents"] = None if amount is None else int(amount * 100)
        return said_by(cls.part, values, known)


class BandInput(RowInput):
    """Hours of the week that cost a share of the hourly rate."""

    part = BANDS

    name = _text(50, "Such as Night.")
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        max_length=7,
        help_text="From Monday, 0, to Sunday, 6.",
    )
    on_holidays = serializers.BooleanField(
        default=False, help_text="Whether it holds on public holidays."
    )
    starts = WallClockField(help_text="On the platform's clock.")
    ends = WallClockField(help_text="00:00 is midnight at the end of the day.")
    percent = _percent("Per cent of the rate.")


class BandsInput(serializers.Serializer[Any]):
    """All bands of a draft."""

    bands = _list_of(BandInput(), "The first that holds a moment prices it.")


class SurchargeInput(RowInput):
    """What the nature of a use adds: a percentage, or a sum once for each use."""

    part = SURCHARGES

    instrument = _id("Id of an instrument; null for all of the platform.")
    tier = _tier()
    ground = serializers.ChoiceField(GROUNDS, help_text="What for.")
    name = _text(100, "As it stands on a charge.")
    percent = _percent("Per cent.", required=False, allow_null=True, default=None)
    amount = _amount("A sum before VAT.", required=False, allow_null=True, default=None)


class SurchargesInput(serializers.Serializer[Any]):
    """All surcharges of a draft."""

    surcharges = _list_of(SurchargeInput(), "One for each ground, instrument and tier.")


class VolumeDiscountInput(RowInput):
    """A percentage off what a team uses of one thing in a month above a quantity."""

    part = VOLUME_DISCOUNTS

    instrument = _id("Id of an instrument.")
    service = _id("Id of a service.")
    tier = _tier()
    from_quantity = _quantity("In the unit of the rate.")
    percent = _percent("Per cent off, 1 to 100.")


class VolumeDiscountsInput(serializers.Serializer[Any]):
    """All discounts on volume of a draft."""

    volume_discounts = _list_of(VolumeDiscountInput(), "Each step holds until the next begins.")


class PackagePriceInput(RowInput):
    """What a package costs one tier."""

    part = PACKAGE_PRICES

    tier = serializers.ChoiceField(TIERS, help_text="Tariff tier.")
    amount = _amount("Before VAT.")


class PackageItemInput(RowInput):
    """What is in a package: of an instrument or of a service."""

    part = PACKAGE_ITEMS

    instrument = _id("Id of an instrument.")
    service = _id("Id of a service.")
    quantity = _quantity("How many, above 0.")
    unit = _text(30, "Of what: hour, session or a service's.")


class PackageInput(RowInput):
    """A bundle that is sold for one price."""

    part = PACKAGES

    name = _text(200, "Once in a list.")
    name_fr = _text(200, "In French.", required=False, default="", allow_blank=True)
    description = _text(2000, "As one line.", required=False, default="", allow_blank=True)
    prices = _list_of(PackagePriceInput(), "By tier.")
    items = _list_of(PackageItemInput(), "What is in it.")


class PackagesInput(serializers.Serializer[Any]):
    """All packages of a draft."""

    packages = _list_of(PackageInput(), "With their prices and contents.")


class ListFileInput(serializers.Serializer[Any]):
    """A workbook with a sheet for each part of a list, as it is fetched."""

    content = Base64Field(
        max_length=MOST_ENCODED, help_text="The XLSX file as Base64, up to 700 kB."
    )
    dry_run = serializers.BooleanField(
        default=False, help_text="Say what would change, and change nothing."
    )


class FileChangeSerializer(serializers.Serializer[Any]):
    """What a file changes of one part."""

    part = serializers.CharField(help_text="rates, bands, surcharges, packages …")
    added = serializers.IntegerField(help_text="Rows that are new.")
    changed = serializers.IntegerField(help_text="Rows that say something else.")
    dropped = serializers.IntegerField(help_text="Rows that go.")


class FileChangesSerializer(serializers.Serializer[Any]):
    """What a file changes of a draft, or would."""

    changes = FileChangeSerializer(many=True, help_text="By sheet; parts without one stay.")
