"""What is remembered of the platforms' tables: every row that came, changed or went."""

from __future__ import annotations

from typing import TypeVar

import pghistory
from django.db import models

Table = TypeVar("Table", bound=type[models.Model])


def kept_in_history(table: Table) -> Table:
    """Keep what happens to a table's rows, also that they went.

    Who opened, closed or stopped something is asked when it is long gone.
    """
    # Trackers are made anew for each table: each remembers the columns of its own.
    tracked: Table = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
    )(table)
    return tracked
