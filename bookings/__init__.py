"""When: bookings, decisions, usage sessions, reminders, availability.

One path serves page, API, import and task: services.py takes the locks, policy.py judges,
the exclusion constraint has the last word. Asks for prices through money.py only.
Imports compliance, facilities and accounts; imported by billing and the faces.
"""
