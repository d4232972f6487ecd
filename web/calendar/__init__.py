"""The calendar of a platform or an instrument as plain values and HTML.

What is asked for (asked.py), read at once (board.py), turned into marks of time (marks.py),
drawn as lanes (lanes.py), as a list in words (listing.py), or for the instrument's week grid
(grid.py). Nothing here decides: what is free or seen is asked of bookings.
"""
