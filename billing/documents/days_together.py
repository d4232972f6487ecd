"""Which rows are days of the same standing use, so that they are stated together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from billing.documents.together import Row, Together, together
from billing.models import Charge, InvoiceLine, StandingDay

T = TypeVar("T")


def lines_together(lines: Sequence[InvoiceLine]) -> list[Together[InvoiceLine]]:
    """Return the lines of a document as it states them; the lines come with their charge."""
    uses = standing_uses_of(line.charge for line in lines)
    return together(
        Row(
            what=line,
            use=uses.get(line.charge_id),
            account=line.account_id,
            day=line.service_date,
            quantity=line.quantity,
            unit=line.unit,
            unit_price_cents=line.unit_price_cents,
            percent=line.percent,
            vat=(line.vat_category, line.vat_percent, line.vat_exemption),
            net_cents=line.net_cents,
        )
        for line in lines
    )


def charge_row(charge: Charge, what: T, *, use: int | None) -> Row[T]:
    """Return a charge, or what tells it, as a row of its standing use, or of none."""
    return Row(
        what=what,
        use=use,
        account=charge.account_id,
        day=charge.service_date,
        quantity=charge.quantity,
        unit=charge.unit,
        unit_price_cents=charge.unit_price_cents,
        percent=charge.percent,
        vat=(charge.vat_category, charge.vat_percent, charge.vat_exemption),
        net_cents=charge.amount_cents,
    )


def charges_together(charges: Iterable[Charge]) -> list[Together[Charge]]:
    """Return charges as a statement states them."""
    uses = standing_uses_of(charges)
    return together(charge_row(charge, charge, use=uses.get(charge.pk)) for charge in charges)


def standing_uses_of(charges: Iterable[Charge]) -> dict[int, int]:
    """Return the id of the standing use by the id of the charge, in one query at most."""
    days = {one.pk: one.source_id for one in charges if one.source == Charge.Source.STANDING}
    if not days:
        return {}
    used = StandingDay.objects.filter(pk__in=set(days.values()))
    use_of_day = dict(used.values_list("pk", "use_id"))
    return {pk: use_of_day[day] for pk, day in days.items() if day in use_of_day}
