"""Refuse "infinity" and years no calendar shows as an end of a booking."""

import datetime as dt

from django.db import migrations, models

EARLIEST, LATEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(blocked__contained_by=(EARLIEST, LATEST)),
                name="booking_periods_finite",
            ),
        ),
    ]
