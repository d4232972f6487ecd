"""May they: qualifications held by people, and what an instrument asks for.

Gates are judged at the date of the slot, by pure functions in gates.py and privacy.py.
Imports facilities and accounts; imported by bookings.
"""
