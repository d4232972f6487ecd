"""What the demo centre has: platforms, instruments with rules and prices, services."""

from __future__ import annotations

from typing import Any

FACILITIES = (
    # code, name, French name, kind, site
    ("CYT", "Cytometry", "Cytométrie", "technological", "IPC"),
    ("MIC", "Imaging", "Imagerie", "technological", "Luminy"),
    ("PRO", "Proteomics", "Protéomique", "technological", "Luminy"),
    ("HIT", "Screening and interactions", "Criblage et interactions", "technological", "IPC"),
    ("BIO", "Bioinformatics", "Bio-informatique", "technological", "Luminy"),
    ("ICE", "Experimental pathology", "Pathologie expérimentale", "preclinical", "IPC"),
    ("TRG", "TrGET preclinical", "TrGET préclinique", "preclinical", "IPC"),
    ("ANI", "Animal house", "Animalerie", "preclinical", "Luminy"),
    ("CRB", "Biobank", "Biobanque", "biobank", "IPC"),
    ("EPH", "Early-phase clinical trials", "Essais cliniques de phase précoce", "clinical", "IPC"),
    ("CEL", "Cell culture, BSL-2", "Culture cellulaire, BSL-2", "technological", "Luminy"),
)

SELF: dict[str, Any] = {"approval_first_sessions": 3}
STAFFED: dict[str, Any] = {"no_show_minutes": 30, "setup_minutes": 30, "cleanup_minutes": 30}
SORTER: dict[str, Any] = STAFFED | {
    "approval_for_industry": True,
    "free_cancellation_minutes": 72 * 60,
}
PRECLINICAL: dict[str, Any] = SELF | {"approval_for_industry": True, "no_show_minutes": 30}
QUIET: dict[str, Any] = {"approval_over_minutes": None, "approval_at_night": False}
HOOD: dict[str, Any] = QUIET | {"cleanup_minutes": 30}
DAYS: dict[str, Any] = QUIET | {
    "step_minutes": 60,
    "shortest_minutes": 24 * 60,
    "longest_minutes": 14 * 24 * 60,
}
TRIALS: dict[str, Any] = {"approval_always": True}

ALWAYS, OFFICE, SESSIONS = "always", "office", "sessions"
MINE, ASSISTED, REQUEST = "self_service", "assisted", "request_only"

INSTRUMENTS: tuple[
    tuple[str, str, str, str, dict[str, Any], str, int, tuple[int, int, int, int]], ...
] = (
    # platform, name, mode, opening, rules, use, units, euros an hour for INT, ACA, SUP, IND;
    # of the Incucyte, euros a day
    ("CYT", "FACSAria III", ASSISTED, SESSIONS, SORTER, "Sorter, 4 lasers", 1, (45, 85, 130, 260)),
    ("CYT", "FACSymphony S6", ASSISTED, OFFICE, SORTER, "Sorter, 5 lasers", 1, (52, 98, 150, 300)),
    ("CYT", "Fortessa X-20", MINE, ALWAYS, SELF, "Analyser, 5 lasers", 1, (18, 35, 60, 120)),
    ("CYT", "Canto II", MINE, ALWAYS, SELF, "Analyser, 3 lasers", 1, (12, 24, 42, 85)),
    ("CYT", "Aurora 5L", MINE, ALWAYS, SELF, "Spectral analyser", 1, (24, 46, 78, 155)),
    ("CYT", "ImageStream", MINE, OFFICE, SELF, "Imaging cytometer", 1, (26, 50, 85, 165)),
    ("MIC", "LSM 880 Airyscan", MINE, ALWAYS, SELF, "Confocal", 1, (16, 32, 55, 110)),
    ("MIC", "LSM 980", MINE, ALWAYS, SELF, "Confocal", 1, (22, 42, 70, 140)),
    ("MIC", "SP8 STED", MINE, ALWAYS, SELF, "Super-resolution", 1, (24, 46, 78, 155)),
    ("MIC", "CSU-W1 spinning disk", MINE, ALWAYS, SELF, "Live imaging", 1, (18, 35, 60, 120)),
    ("MIC", "Incucyte S3", MINE, ALWAYS, DAYS, "Incubator imaging", 6, (15, 28, 45, 90)),
    ("PRO", "timsTOF", ASSISTED, OFFICE, STAFFED, "Mass spectrometer", 1, (60, 110, 180, 320)),
    ("PRO", "Exploris 480", ASSISTED, OFFICE, STAFFED, "Mass spectrometer", 1, (55, 100, 165, 300)),
    ("PRO", "Fusion Lumos", ASSISTED, OFFICE, STAFFED, "Mass spectrometer", 1, (58, 106, 172, 310)),
    ("HIT", "Echo 550", MINE, OFFICE, SELF, "Acoustic dispenser", 1, (30, 55, 95, 180)),
    ("HIT", "PHERAstar FSX", MINE, ALWAYS, SELF, "Plate reader", 1, (10, 20, 34, 70)),
    ("HIT", "Biacore T200", MINE, ALWAYS, SELF, "Interactions", 1, (28, 52, 88, 175)),
    ("HIT", "PEAQ-ITC", MINE, ALWAYS, SELF, "Calorimetry", 1, (14, 28, 48, 95)),
    ("HIT", "Mosquito", MINE, OFFICE, SELF, "Nanolitre pipetting", 1, (12, 24, 40, 80)),
    ("BIO", "Analysis workstation", MINE, ALWAYS, QUIET, "FlowJo, Imaris", 2, (4, 8, 12, 24)),
    ("ICE", "Discovery Ultra", ASSISTED, OFFICE, PRECLINICAL, "Stainer", 1, (32, 60, 98, 190)),
    ("ICE", "NanoZoomer S60", MINE, OFFICE, SELF, "Slide scanner", 1, (15, 30, 50, 100)),
    ("TRG", "IVIS Spectrum", MINE, OFFICE, PRECLINICAL, "Bioluminescence", 1, (25, 48, 80, 150)),
    ("TRG", "PhotonIMAGER", MINE, OFFICE, PRECLINICAL, "Bioluminescence", 1, (22, 42, 72, 140)),
    ("TRG", "Vevo 3100", MINE, OFFICE, PRECLINICAL, "Ultrasound", 1, (24, 46, 76, 145)),
    ("TRG", "X-RAD 225Cx", ASSISTED, OFFICE, PRECLINICAL, "Irradiator", 1, (40, 75, 120, 230)),
    ("ANI", "EOPS room 1", MINE, OFFICE, PRECLINICAL, "Experiments", 1, (6, 11, 16, 30)),
    ("ANI", "EOPS room 2", MINE, OFFICE, PRECLINICAL, "Experiments", 1, (6, 11, 16, 30)),
    ("ANI", "A2 room", MINE, OFFICE, PRECLINICAL, "Infected animals", 1, (9, 16, 24, 45)),
    ("EPH", "Phase I beds", REQUEST, OFFICE, TRIALS, "Trials", 2, (80, 150, 220, 400)),
    ("CEL", "Hood 1", MINE, ALWAYS, HOOD, "BSL-2 hood", 1, (5, 9, 14, 28)),
    ("CEL", "Hood 2", MINE, ALWAYS, HOOD, "BSL-2 hood", 1, (5, 9, 14, 28)),
    ("CEL", "Culture room", MINE, ALWAYS, QUIET, "BSL-2 room", 1, (8, 15, 22, 44)),
)

SERVICES = (
    # platform, code, name, French name, unit, cents for INT, ACA, SUP, IND
    ("CYT", "analysis", "Analysis", "Analyse de données", "staff-hour", (4500, 6500, 8500, 11000)),
    ("PRO", "sample", "Sample", "Échantillon analysé", "sample", (6000, 11000, 18000, 32000)),
    ("BIO", "cpu-hour", "CPU hour", "Heure CPU", "CPU-hour", (3, 6, 9, 15)),
    ("BIO", "gpu-hour", "GPU hour", "Heure GPU", "GPU-hour", (60, 110, 170, 300)),
    ("BIO", "storage", "Storage", "Stockage", "TB-month", (400, 800, 1200, 2000)),
    ("ICE", "slide", "Slide", "Lame", "slide", (900, 1700, 2800, 5500)),
    ("ANI", "cage", "Cage", "Cage", "cage-day", (55, 95, 120, 240)),
    ("CRB", "retrieval", "Retrieval", "Sortie d’échantillon", "sample", (500, 900, 1500, 3000)),
    ("CRB", "shelf", "Shelf", "Étagère", "shelf-month", (1500, 2800, 4500, 9000)),
)

ROOMS = frozenset({"EOPS room 1", "EOPS room 2", "A2 room", "Culture room"})
