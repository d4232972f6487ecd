"""The units in which the use of an instrument is priced. Services name units of their own."""

HOUR, SESSION, DAY = "hour", "session", "day"
OPERATOR_HOUR = "operator-hour"
USE = "use"
"""Of what is charged once for a whole use: a surcharge, what fills up to the minimum."""

TIME_UNITS = (HOUR, SESSION, DAY)
"""By the hour in its band; flat for a whole session; or for each 24 hours begun."""

INSTRUMENT_UNITS = (*TIME_UNITS, OPERATOR_HOUR)
