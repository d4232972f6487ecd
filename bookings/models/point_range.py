"""A number as a range, for constraints that compare it beside a period."""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField, IntegerRangeField
from django.db.models import F, Func


class PointRange(Func):
    """A number as the range that holds only it.

    GiST can compare ranges without the btree_gist extension, which a hosted database
    may not offer.
    """

    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, column: str, function: str) -> None:
        field = BigIntegerRangeField() if function == "int8range" else IntegerRangeField()
        super().__init__(F(column), F(column), function=function, output_field=field)
