"""Races: real threads on real connections that meet at a barrier.

Each was also run once with its guard removed; what was seen then stands in the file.
"""
