"""The price lists of the demo centre that are still on their way: a draft, beside a voted one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import User
from billing.models import PriceList
from billing.services.price_lists import ListCard, Raise, draft_list
from facilities.models import Facility

DRAFTED = "CYT"
BY = Raise(percent=Decimal(4), step=5)


def make_price_versions(
    facilities: dict[str, Facility], staff: dict[str, User], today: dt.date
) -> None:
    """Draft dearer prices for the second half of next year, to be compared and tried."""
    year = today.year + 1
    facility = facilities[DRAFTED]
    draft_list(
        actor=staff[f"manager.{DRAFTED.lower()}"],
        facility_id=facility.pk,
        card=ListCard(
            name=f"{year}, July to December",
            first=dt.date(year, 7, 1),
            last=dt.date(year, 12, 31),
        ),
        copied_from_id=PriceList.objects.get(facility=facility, name=str(year)).pk,
        by=BY,
    )
