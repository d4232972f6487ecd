"""The items of the bar: which pages a person finds there, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from web.money.tabs import pages_about_money
from web.people import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A link of the bar. `key` follows G on the keyboard; a phone shows the first four."""

    word: Promise
    url_name: str
    icon: str
    also: frozenset[str] = frozenset()
    key: str = ""
    counts_requests: bool = False
    counts_quotes: bool = False

    def is_here(self, url_name: str) -> bool:
        """Say whether a page lies behind this item."""
        return url_name == self.url_name or url_name in self.also


PEOPLE_PAGES = frozenset(
    {
        "platform_people",
        "platform_revoke",
        "platform_qualification",
        "platform_qualification_new",
    }
)
SET_UP_PAGES = frozenset(
    {
        "platform",
        "platform_details",
        "platform_instrument_new",
        "platform_instrument",
        "platform_state",
        "platform_price",
        "platform_rules",
        "platform_rules_of",
        "platform_hours",
        "platform_hours_new",
        "platform_hours_of",
        "platform_closures",
        "platform_close",
        "platform_staff",
        "platform_prices",
        "first_run",
        "first_organisation",
        "first_platform",
        "first_team",
    }
)
_CATALOGUE_PAGES = frozenset({"instrument", "book"})

HOME = Item(word=_("Home"), url_name="home", icon="house", key="h")
TODAY = Item(word=_("Today"), url_name="home", icon="house", key="h")
REQUESTS = Item(
    word=_("Requests"),
    url_name="requests",
    icon="hourglass",
    also=frozenset({"request"}),
    key="r",
    counts_requests=True,
)
FIND = Item(word=_("Find a slot"), url_name="instruments", icon="search", also=_CATALOGUE_PAGES)
PARTNER_FIND = Item(
    word=_("Book R&D time"), url_name="instruments", icon="search", also=_CATALOGUE_PAGES
)
CALENDAR = Item(
    word=_("Calendar"),
    url_name="calendar",
    icon="calendar-days",
    also=frozenset({"calendar_of", "instrument_calendar"}),
    key="c",
)
BOOKINGS = Item(
    word=_("My bookings"), url_name="bookings", icon="clock", also=frozenset({"booking"}), key="b"
)
PEOPLE = Item(word=_("People"), url_name="people", icon="user", also=PEOPLE_PAGES)
SET_UP = Item(word=_("Set-up"), url_name="platforms", icon="sliders-horizontal", also=SET_UP_PAGES)

STATISTICS = Item(word=_("Statistics"), url_name="statistics", icon="chart-column", key="s")
SERVICES = Item(
    word=_("Services"),
    url_name="services",
    icon="flask-conical",
    also=frozenset(
        {
            "service_ask",
            "service_request",
            "standing",
            "standing_new",
            "standing_counts",
            "standing_use",
        }
    ),
)
COSTS = Item(word=_("Costs"), url_name="costs", icon="receipt")
MONEY = Item(word=_("Money"), url_name="money", icon="receipt", also=pages_about_money(), key="m")

QUOTES = Item(
    word=_("Quotes & orders"),
    url_name="quotes",
    icon="receipt",
    also=frozenset({"quote", "quote_accept"}),
    counts_quotes=True,
)
INVOICES = Item(
    word=_("Invoices"),
    url_name="invoices",
    icon="receipt",
    also=frozenset({"invoice", "invoice_credit"}),
)

RESEARCHER = (HOME, FIND, CALENDAR, BOOKINGS, SERVICES, COSTS)
PARTNER = (HOME, PARTNER_FIND, CALENDAR, BOOKINGS, SERVICES, QUOTES, INVOICES, COSTS)
TRAINER = (*RESEARCHER, PEOPLE)
ACCOUNTANT = (HOME, MONEY, CALENDAR, STATISTICS)
MANAGER = (TODAY, CALENDAR, REQUESTS, FIND, BOOKINGS, PEOPLE, MONEY, STATISTICS, SET_UP)
ADMINISTRATOR = (HOME, FIND, CALENDAR, BOOKINGS, MONEY, STATISTICS, SET_UP)


def items_for(viewer: Viewer) -> tuple[Item, ...]:
    """Return the items of one person, the most used first."""
    if viewer.is_manager:
        return MANAGER
    if viewer.is_administrator:
        return ADMINISTRATOR
    if viewer.watches_money:
        return ACCOUNTANT
    if viewer.is_trainer:
        return TRAINER
    return PARTNER if viewer.is_partner else RESEARCHER
