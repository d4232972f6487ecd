"""Tables of the platforms: what there is, when it is open and how it may be booked."""

from facilities.models.facility import Facility, FacilityStaff, Service
from facilities.models.favourite import Favourite
from facilities.models.instrument import BookingRules, Instrument
from facilities.models.opening import Closure, TimeSlot

__all__ = [
    "BookingRules",
    "Closure",
    "Facility",
    "FacilityStaff",
    "Favourite",
    "Instrument",
    "Service",
    "TimeSlot",
]
