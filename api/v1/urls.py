"""Routes of version 1 of the API."""

from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.routers import SimpleRouter

from api.errors import not_found
from api.v1.auth import Login, Logout
from api.v1.bookings import Bookings
from api.v1.books import BookMonths, CloseMonth, DeferredUses, Vat
from api.v1.contracts import Contracts
from api.v1.extras import PassThroughs, StaffTimes
from api.v1.facilities import Closures, Facilities
from api.v1.instruments import Instruments
from api.v1.invoices import Invoices
from api.v1.issuers import Issuers
from api.v1.joining import Invitations, JoinRequests
from api.v1.me import CalendarFeed, Me, RenewCalendarFeed
from api.v1.money import Charges, Statements
from api.v1.month_ends import Disputes, MonthEnds
from api.v1.payments import Ageing, InvoicePayments, Payments
from api.v1.price_lists import PriceLists
from api.v1.quotes import Quotes
from api.v1.recharges import Recharges
from api.v1.service_requests import ServiceRequests
from api.v1.sharing import AccountAllowances, EndAllowance, Split
from api.v1.standing import Services, StandingUses
from api.v1.statistics import Statistics
from api.v1.teams import Accounts, Projects, Teams
from api.v1.training import Grants, Qualifications
from api.v1.windows import Calendar, FindSlot

router = SimpleRouter(use_regex_path=False)
router.register("facilities", Facilities, basename="facility")
router.register("closures", Closures, basename="closure")
router.register("instruments", Instruments, basename="instrument")
router.register("bookings", Bookings, basename="booking")
router.register("charges", Charges, basename="charge")
router.register("statements", Statements, basename="statement")
router.register("quotes", Quotes, basename="quote")
router.register("invoices", Invoices, basename="invoice")
router.register("issuers", Issuers, basename="issuer")
router.register("recharges", Recharges, basename="recharge")
router.register("payments", Payments, basename="payment")
router.register("disputes", Disputes, basename="dispute")
router.register("month-ends", MonthEnds, basename="month-end")
router.register("services", Services, basename="service")
router.register("service-requests", ServiceRequests, basename="service-request")
router.register("standing-uses", StandingUses, basename="standing-use")
router.register("price-lists", PriceLists, basename="price-list")
router.register("contracts", Contracts, basename="contract")
router.register("staff-times", StaffTimes, basename="staff-time")
router.register("pass-throughs", PassThroughs, basename="pass-through")
router.register("teams", Teams, basename="team")
router.register("projects", Projects, basename="project")
router.register("accounts", Accounts, basename="account")
router.register("join-requests", JoinRequests, basename="join-request")
router.register("invitations", Invitations, basename="invitation")
router.register("qualifications", Qualifications, basename="qualification")
router.register("grants", Grants, basename="grant")

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/login/", Login.as_view(), name="login"),
    path("auth/logout/", Logout.as_view(), name="logout"),
    path("me/", Me.as_view(), name="me"),
    path("me/calendar-feed/", CalendarFeed.as_view(), name="calendar-feed"),
    path("me/calendar-feed/renew/", RenewCalendarFeed.as_view(), name="renew-calendar-feed"),
    path("availability/", FindSlot.as_view(), name="find-slot"),
    path("calendar/", Calendar.as_view(), name="calendar"),
    path("statistics/", Statistics.as_view(), name="statistics"),
    path("ageing/", Ageing.as_view(), name="ageing"),
    path("invoices/<int:pk>/payments/", InvoicePayments.as_view(), name="invoice-payments"),
    path("books/months/", BookMonths.as_view(), name="book-months"),
    path("books/vat/", Vat.as_view(), name="book-vat"),
    path("books/year-end/", DeferredUses.as_view(), name="book-year-end"),
    path("books/close/", CloseMonth.as_view(), name="book-close"),
    path("bookings/<int:pk>/split/", Split.as_view(), name="booking-split"),
    path("accounts/<int:pk>/allowances/", AccountAllowances.as_view(), name="account-allowances"),
    path("allowances/<int:pk>/end/", EndAllowance.as_view(), name="end-allowance"),
    *router.urls,
    re_path(r"^.*$", not_found),
]
