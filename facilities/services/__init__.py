"""Running a platform: one function per intention, one transaction each.

Whoever runs a platform changes that platform only: to anybody else it is not there.
"""

from facilities.services.closures import change_closure, close_facility, open_again
from facilities.services.hours import add_hours, change_hours, remove_hours
from facilities.services.instruments import (
    add_instrument,
    change_instrument,
    resume_instrument,
    retire_instrument,
    stop_instrument,
)
from facilities.services.platforms import change_facility, open_facility
from facilities.services.rules import set_rules
from facilities.services.staff import end_role, give_role

__all__ = [
    "add_hours",
    "add_instrument",
    "change_closure",
    "change_facility",
    "change_hours",
    "change_instrument",
    "close_facility",
    "end_role",
    "give_role",
    "open_again",
    "open_facility",
    "remove_hours",
    "resume_instrument",
    "retire_instrument",
    "set_rules",
    "stop_instrument",
]
