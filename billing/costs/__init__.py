"""Costs that nobody booked: staff time, what is passed on, and one use shared by accounts."""
