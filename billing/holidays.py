"""The public holidays that tariff bands know: those of France."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from holidays import country_holidays


def public_holidays(years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of some years."""
    return frozenset().union(*(_of_year(year) for year in years))


@lru_cache(maxsize=64)
def _of_year(year: int) -> frozenset[date]:
    # A copy: the library's own mapping fills itself on first use, unsafe among threads.
    return frozenset(country_holidays("FR", years=year))


def named_holidays(*, first: date, last: date, language: str) -> list[tuple[date, str]]:
    """Return the public holidays of some days, both included, with their names."""
    years = range(first.year, last.year + 1)
    spoken = "fr" if language.startswith("fr") else "en_US"
    known = country_holidays("FR", years=years, language=spoken)
    return sorted((day, name) for day, name in known.items() if first <= day <= last)
