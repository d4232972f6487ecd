"""The codes of UN/ECE Recommendation 20 for the units that lines are counted in (BT-130).

Pure. A unit that has no code of its own, as a slide or a cage-day, is counted in ones.
"""

ONE = "C62"
CODES = {
    "minute": "MIN",
    "min": "MIN",
    "hour": "HUR",
    "h": "HUR",
    "heure": "HUR",
    "operator-hour": "HUR",
    "day": "DAY",
    "jour": "DAY",
    "week": "WEE",
    "semaine": "WEE",
    "month": "MON",
    "mois": "MON",
    "year": "ANN",
    "an": "ANN",
    "piece": "H87",
    "pièce": "H87",
    "pair": "PR",
    "g": "GRM",
    "gram": "GRM",
    "kg": "KGM",
    "mg": "MGM",
    "l": "LTR",
    "ml": "MLT",
    "km": "KMT",
    "kwh": "KWH",
    "gb": "E34",
    "tb": "E35",
}


def code_of(unit: str) -> str:
    """Return the code of a unit as it is written on a price list, whatever its case."""
    return CODES.get(unit.strip().lower(), ONE)
