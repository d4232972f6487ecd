"""What an accepted request costs, and what of it is promised and not charged yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Milestone, ServiceRequest, ServiceRequestItem
from billing.orders.accrual import HUNDRED, cost_of, parts_of
from billing.orders.errors import MilestonesDoNotAddUp
from billing.orders.states import PROMISING


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A milestone as it is agreed: a share of the whole in per cent, or a sum in cents."""

    name: str
    percent: Decimal | None = None
    amount_cents: int | None = None


def whole_cents(items: Sequence[ServiceRequestItem]) -> int:
    """Return what all that is ordered costs at the agreed prices, rounded for each item."""
    return sum(cost_of(item.ordered, item.unit_price_cents or 0) for item in items)


def milestones_of(request: ServiceRequest, plans: Sequence[Plan], *, whole: int) -> list[Milestone]:
    """Return the milestones of a request, not yet saved, each with its amount.

    Shares come to 100 % and cut the whole, the last taking what is left; sums are the
    agreed price themselves, whatever the items cost.

    Raises:
        MilestonesDoNotAddUp: they mix shares and sums, or do not come to the whole.
    """
    percents = [plan.percent for plan in plans if plan.percent is not None]
    amounts = [plan.amount_cents for plan in plans if plan.amount_cents is not None]
    if len(percents) == len(plans) and not amounts:
        if sum(percents) != HUNDRED or min(percents) <= 0:
            raise MilestonesDoNotAddUp
        amounts = parts_of(whole, percents)
    elif len(amounts) != len(plans) or percents or min(amounts) < 0:
        raise MilestonesDoNotAddUp
    return [
        Milestone(
            request=request,
            position=position,
            name=plan.name,
            percent=plan.percent,
            amount_cents=amount,
        )
        for position, (plan, amount) in enumerate(zip(plans, amounts, strict=True), start=1)
    ]


def promised_cents(request: ServiceRequest, *, state: str) -> int:
    """Return what a request in a state has promised: what is accepted and not charged.

    By milestones, those that are not reached. By counts, what is not delivered; nothing
    once no more will come.
    """
    if state not in PROMISING:
        return 0
    if request.billing == ServiceRequest.Billing.MILESTONES:
        ahead = request.milestones.filter(reached_at=None)
        return sum(milestone.amount_cents or 0 for milestone in ahead)
    if state == "delivered":
        return 0
    return sum(cost_of(item.left, item.unit_price_cents or 0) for item in request.items.all())
