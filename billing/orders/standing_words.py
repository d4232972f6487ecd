"""What is wrong with a line of a file of counts, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.orders.census_file import Fault
from billing.orders.errors import DayNotPossible

SENTENCES: dict[str, Promise] = {
    Fault.NO_HEADINGS: _("The first line names the columns: code or label, day, count."),
    Fault.NOT_TEXT: _("This is no CSV file. Save the table as CSV first."),
    Fault.TOO_LONG: _("The file has too many lines. Cut it into several."),
    Fault.NO_NAME: _("The line names no standing use."),
    Fault.BAD_DAY: _("The day is none. Write it as 2026-10-05 or 05/10/2026."),
    Fault.BAD_COUNT: _("The count is none. Write a number of nought or more."),
    Fault.TWICE: _("The same day has another count further up."),
    Fault.UNKNOWN: _("No standing use of the platform has this code or label."),
    Fault.SEVERAL: _("Several standing uses have this label. Use their codes."),
    Fault.OUTSIDE: DayNotPossible.sentence,
}
