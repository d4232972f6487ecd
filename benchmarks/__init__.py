"""Speed as ratios to honest floors, measured in one run: `make bench`.

Milliseconds of a machine say little a year later; how much our code adds to the least
that any code must do stays comparable. Apart from the tests, because it needs a machine
to itself.
"""
