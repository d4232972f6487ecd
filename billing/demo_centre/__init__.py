"""The demo centre: a believable cancer research centre, the same from the same instant.

Invented people, companies and amounts around real kinds of instruments and rules. The
tables are people.py, platforms.py and prices.py; the past year is made in past.py, what
is still to come goes through the booking services in coming.py. Lives in billing because
it needs every app below.
"""
