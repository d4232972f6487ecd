"""Price lists of next year on the world's platform, for those who try to take their steps."""

from __future__ import annotations

import base64
import datetime as dt

from billing.models import PriceList
from billing.spreadsheets import Sheet, workbook_of
from tests import factories as make
from tests.security.world import World


def next_years(world: World, status: str = "draft") -> PriceList:
    """Make a list that begins where the world's own ends."""
    return make.a_price_list(
        world.facility,
        {world.instrument: {"INT": 1900}},
        name="2027",
        status=status,
        validity=(dt.date(2027, 1, 1), dt.date(2028, 1, 1)),
    )


def a_list_file() -> str:
    """Write a workbook of bands in Base64; which language it is read in changes nothing."""
    head = ["Name", "From", "To", "Per cent of the rate"]
    rows = [["Night", "00:00", "08:00", 50]]
    return base64.b64encode(workbook_of([Sheet(title="Bands", head=head, rows=rows)])).decode()
