"""What the forms of a platform let one choose from: values with their words."""

from facilities.models import Closure, Facility, FacilityStaff, Instrument, TimeSlot

INSTRUMENT_KINDS = Instrument.Kind.choices
INSTRUMENT_MODES = Instrument.Mode.choices
DRAWINGS = Instrument.Drawing.choices
FACILITY_KINDS = Facility.Kind.choices
BILLED_TIMES = Facility.BilledTime.choices
STAFF_ROLES = FacilityStaff.Role.choices
WEEKDAYS = TimeSlot.Weekday.choices
CLOSURE_KINDS = Closure.Kind.choices
