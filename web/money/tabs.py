"""The tabs over the pages about money: which of them a person finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from web.people import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A link of the second bar; `also` names the pages that lie behind it."""

    word: Promise
    url_name: str
    shown_to: Callable[[Viewer], bool]
    also: frozenset[str] = frozenset()

    def is_here(self, url_name: str) -> bool:
        """Say whether a page lies behind this tab."""
        return url_name == self.url_name or url_name in self.also


def keeps_books(viewer: Viewer) -> bool:
    """Say whether somebody issues, collects and closes."""
    return viewer.keeps_books


def watches_money(viewer: Viewer) -> bool:
    """Say whether somebody follows the money of a platform."""
    return viewer.watches_money


TABS: tuple[Tab, ...] = (
    Tab(word=_("Orders"), url_name="orders", shown_to=watches_money, also=frozenset({"extra"})),
    Tab(
        word=_("Quotes"),
        url_name="quotes",
        shown_to=watches_money,
        also=frozenset({"quote", "quote_new", "quote_edit", "quote_accept"}),
    ),
    Tab(
        word=_("Month end"),
        url_name="month_end",
        shown_to=watches_money,
        also=frozenset({"organisation_particulars"}),
    ),
    Tab(
        word=_("Invoices"),
        url_name="invoices",
        shown_to=watches_money,
        also=frozenset({"invoice", "invoice_credit", "recharges", "recharge_layout"}),
    ),
    Tab(
        word=_("Payments"),
        url_name="payments",
        shown_to=keeps_books,
        also=frozenset({"payment", "payment_new", "payments_import", "ageing"}),
    ),
    Tab(
        word=_("Prices"),
        url_name="price_lists",
        shown_to=watches_money,
        also=frozenset(
            {
                "price_list_new",
                "price_list",
                "price_list_compare",
                "price_list_simulate",
                "price_list_import",
                "price_list_minimums",
                "price_list_bands",
                "price_list_surcharges",
                "price_list_discounts",
                "price_list_packages",
            }
        ),
    ),
    Tab(
        word=_("Contracts"),
        url_name="contracts",
        shown_to=keeps_books,
        also=frozenset({"contract", "contract_new", "contract_agree"}),
    ),
    Tab(
        word=_("Books"),
        url_name="books",
        shown_to=keeps_books,
        also=frozenset({"books_month", "books_year_end"}),
    ),
    Tab(
        word=_("Issuers"),
        url_name="issuers",
        shown_to=keeps_books,
        also=frozenset({"issuer", "issuer_new"}),
    ),
)
"""All there are, in the order of the work: what is asked, sold, billed, paid, closed."""


def tabs_for(viewer: Viewer) -> list[Tab]:
    """Return the tabs of one person."""
    return [tab for tab in TABS if tab.shown_to(viewer)]


def pages_about_money() -> frozenset[str]:
    """Return the names of all pages that lie behind a tab."""
    return frozenset().union(*({tab.url_name} | tab.also for tab in TABS))
