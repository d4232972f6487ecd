"""The days of one standing use as they are written: priced, compared, charged and reversed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from billing.models import Charge, StandingDay, StandingUse
from billing.orders.accrual import StoodDay, quantity_of_day
from billing.orders.writing import Sale, charge_of, terms_for, terms_frozen_on
from billing.prices.service_prices import Price, service_price
from billing.selling import Terms
from billing.services.correcting import opposite_of

RECOUNTED = "Counted again"
"""Why a day is reversed, in the ledger, which is read in several languages."""

NOTHING = Decimal(0)


class DaySheet:
    """The days of a locked standing use: those it has, and what is to be written.

    New days are saved together; a day that changes is saved at once.
    """

    def __init__(
        self, *, use: StandingUse, kept: Mapping[dt.date, StandingDay], now: dt.datetime
    ) -> None:
        self.use, self.kept, self.now = use, kept, now
        self.prices: dict[dt.date, Price] = {}
        self.new: list[StandingDay] = []
        self.changed = 0

    @cached_property
    def terms(self) -> Terms:
        """On which terms the team buys today what is charged for the first time."""
        return terms_for(service=self.use.service, team=self.use.team, project=self.use.project)

    def priced(self, day: dt.date, count: Decimal) -> StoodDay:
        """Give a day its price: the one it was charged by, or that of its order or the list.

        Raises:
            RateMissing: no list has one.
        """
        known = self.kept.get(day)
        cents = known.unit_price_cents if known is not None and known.revision else None
        if cents is None and count:
            self.prices[day] = service_price(
                service=self.use.service,
                team=self.use.team,
                project=self.use.project,
                on=day,
                account_id=self.use.account_id,
            )
            cents = self.prices[day].unit_price_cents
        return StoodDay(day=day, count=count, unit_price_cents=cents or 0)

    def enter(self, stood: StoodDay, amount_cents: int) -> None:
        """Take a day over as it is now, and reverse what was charged of it otherwise."""
        known = self.kept.get(stood.day)
        if known is None:
            day = StandingDay(use=self.use, day=stood.day)
            self._fill(day, stood, amount_cents)
            self.new.append(day)
        elif (known.count, known.amount_cents) != (stood.count, amount_cents):
            self._correct(known, stood, amount_cents)

    def written(self) -> int:
        """Save the new days with their charges; say how many days were new or changed."""
        StandingDay.objects.bulk_create(self.new)
        Charge.objects.bulk_create(
            self._charge(day, self.terms, account_id=self.use.account_id)
            for day in self.new
            if day.count
        )
        return len(self.new) + self.changed

    def _fill(self, day: StandingDay, stood: StoodDay, amount_cents: int) -> None:
        day.count, day.amount_cents = stood.count, amount_cents
        if price := self.prices.get(stood.day):
            day.unit_price_cents = price.unit_price_cents
            day.price_list_id = price.price_list_id
        if stood.count:
            day.revision += 1

    def _correct(self, day: StandingDay, stood: StoodDay, amount_cents: int) -> None:
        """Reverse what stands of a day and charge it anew, on the terms it had."""
        last = self._last_charge(day)
        if last is not None and day.count:
            if last.reversals.exists():
                return  # A person took it back, and knew why.
            opposite_of(last, reason=RECOUNTED, now=self.now).save(force_insert=True)
        self._fill(day, stood, amount_cents)
        day.save()
        self.changed += 1
        if not day.count:
            return
        if last is None:
            self._charge(day, self.terms, account_id=self.use.account_id).save(force_insert=True)
            return
        anew = self._charge(day, terms_frozen_on(last), account_id=last.account_id)
        anew.contract_id = last.contract_id
        anew.save(force_insert=True)

    def _last_charge(self, day: StandingDay) -> Charge | None:
        return Charge.objects.filter(
            source=Charge.Source.STANDING,
            source_id=day.pk,
            component=component_of(day),
            reversal_no=0,
        ).first()

    def _charge(self, day: StandingDay, terms: Terms, *, account_id: int | None) -> Charge:
        price = self.prices.get(day.day)
        sale = Sale(
            source=Charge.Source.STANDING,
            source_id=day.pk,
            component=component_of(day),
            service=self.use.service,
            team=self.use.team,
            project=self.use.project,
            account_id=account_id,
            service_date=day.day,
            description=f"{self.use.service.name} · {self.use}",
            quantity=quantity_of_day(day.day, day.count, counting=self.use.service.counting),
            unit=self.use.service.unit,
            unit_price_cents=day.unit_price_cents,
            amount_cents=day.amount_cents,
            price_list_id=day.price_list_id,
            contract_id=price.contract_id if price else None,
        )
        return charge_of(sale, terms=terms, now=self.now)


def component_of(day: StandingDay) -> str:
    """Name the charge of a day that stands: day-1, once corrected day-2, and so on."""
    return f"day-{day.revision}"
