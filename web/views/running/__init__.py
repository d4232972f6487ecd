"""Running a platform: its instruments, hours, closures, rules, staff, people and prices.

Each page is of one platform that the viewer sets up; anybody else's is not there.
"""
