"""What the instruments of the demo centre are for, and how each is drawn."""

from __future__ import annotations

DRAWINGS = {
    "FACSAria III": "sorter",
    "FACSymphony S6": "sorter",
    "Fortessa X-20": "flow",
    "Canto II": "flow",
    "Aurora 5L": "flow",
    "ImageStream": "flow",
    "LSM 880 Airyscan": "microscope",
    "LSM 980": "microscope",
    "SP8 STED": "microscope",
    "CSU-W1 spinning disk": "microscope",
    "Incucyte S3": "microscope",
    "timsTOF": "spectrometer",
    "Exploris 480": "spectrometer",
    "Fusion Lumos": "spectrometer",
    "Echo 550": "robot",
    "PHERAstar FSX": "plate",
    "Biacore T200": "curves",
    "PEAQ-ITC": "curves",
    "Mosquito": "robot",
    "Analysis workstation": "screen",
    "Discovery Ultra": "slide",
    "NanoZoomer S60": "slide",
    "IVIS Spectrum": "animal",
    "PhotonIMAGER": "animal",
    "Vevo 3100": "animal",
    "X-RAD 225Cx": "animal",
    "EOPS room 1": "room",
    "EOPS room 2": "room",
    "A2 room": "room",
    "Phase I beds": "bed",
    "Hood 1": "room",
    "Hood 2": "room",
    "Culture room": "room",
}

DESCRIPTIONS = {
    "FACSAria III": (
        "Sorts live cells into tubes or plates, four ways, with an operator beside you. "
        "Booked by whole sessions."
    ),
    "FACSymphony S6": "Sorts on up to 30 colours, six ways. An operator sets it up and stays.",
    "Fortessa X-20": (
        "Analyser with five lasers and 20 detectors, for panels of up to 18 colours. "
        "Plates or tubes, on your own once trained."
    ),
    "Canto II": "Three lasers, eight colours: the quick one for everyday panels.",
    "Aurora 5L": "Spectral analyser: forty colours in one tube, unmixed.",
    "ImageStream": "Takes a picture of each cell as it passes, twelve channels.",
    "LSM 880 Airyscan": (
        "Confocal with Airyscan: down to 140 nm, fixed or live, with a climate chamber."
    ),
    "LSM 980": "Confocal with near-infrared detection, for thick samples and many channels.",
    "SP8 STED": "Super-resolution below 50 nm by stimulated emission depletion.",
    "CSU-W1 spinning disk": "Fast and gentle: live cells over hours, two cameras.",
    "Incucyte S3": (
        "Films six plates in the incubator, for days. Each position is booked on its own."
    ),
    "timsTOF": (
        "Ion mobility and mass spectrometry, from single-cell to whole proteomes. Run by "
        "the platform."
    ),
    "Exploris 480": "Deep proteomes and phosphoproteomes. Run by the platform.",
    "Fusion Lumos": "Tribrid for labelled quantification and top-down work. Run by the platform.",
    "Echo 550": "Moves nanolitres by sound, from any well to any other.",
    "PHERAstar FSX": "Reads 96 to 1536 wells: fluorescence, luminescence, HTRF, AlphaScreen.",
    "Biacore T200": (
        "Binding without labels: affinities and kinetics by surface plasmon resonance."
    ),
    "PEAQ-ITC": "Heat of binding in solution: affinity, stoichiometry and enthalpy in one run.",
    "Mosquito": "Pipettes from 25 nl, for crystals and small assays.",
    "Analysis workstation": "FlowJo, Imaris and Huygens on a fast machine; also from afar.",
    "Discovery Ultra": "Stains slides without hands: immunochemistry and in-situ hybridisation.",
    "NanoZoomer S60": "Scans up to 60 slides overnight at 40×.",
    "IVIS Spectrum": "Light from within: bioluminescence and fluorescence of up to five mice.",
    "PhotonIMAGER": "Bioluminescence in real time, also of animals that move.",
    "Vevo 3100": "Ultrasound of small animals: volume of tumours, flow, heart.",
    "X-RAD 225Cx": "Irradiates to the millimetre, guided by its own CT.",
    "EOPS room 1": "For experiments on animals free of known pathogens.",
    "EOPS room 2": "For experiments on animals free of known pathogens.",
    "A2 room": "For infected or modified animals, containment level 2.",
    "Phase I beds": "Two beds for first doses, on request.",
    "Hood 1": "Class II hood for human cells, BSL-2.",
    "Hood 2": "Class II hood for human cells, BSL-2.",
    "Culture room": "Incubators, hood and microscope, BSL-2.",
}
