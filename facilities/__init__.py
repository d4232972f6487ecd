"""What: platforms, instruments, time slots, closures, booking rules, services.

Knows when an instrument is open and how it may be booked, never who has booked it.
Imports accounts; imported by compliance, bookings and billing.
"""
