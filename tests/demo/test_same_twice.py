"""The demo centre is the same from the same instant."""

import pytest
from django.db import connection, transaction

from billing.demo_centre.centre import make_centre
from tests.factories import NOW

SQL = """
SELECT i.name, u.email, b.status, b.period, b.estimate_cents
  FROM bookings_booking b
  JOIN facilities_instrument i ON i.id = b.instrument_id
  LEFT JOIN accounts_user u ON u.id = b.booked_for_id
 ORDER BY 1, 4, 2, 3
"""


def bookings_made():
    with transaction.atomic():
        make_centre(now=NOW, days=5)
        with connection.cursor() as cursor:
            cursor.execute(SQL)
            rows = cursor.fetchall()
        transaction.set_rollback(True)
    return rows


@pytest.mark.django_db
def test_two_runs_make_the_same_centre():
    assert bookings_made() == bookings_made()
