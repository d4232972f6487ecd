"""Files of recharges to begin with: one for each kind of books that our bodies keep.

The software of each body is set up in its own way: these are a start, to be adapted.
"""

from __future__ import annotations

from dataclasses import dataclass

from billing.documents.recharge_files import Column, Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A layout, and how it is called."""

    name: str
    layout: Layout


def _columns(*texts: tuple[str, str, str]) -> list[Column]:
    return [Column(header=header, source=source, format=form) for header, source, form in texts]


PRESETS = {
    "sifac": Preset(
        name="SIFAC",
        layout=Layout(
            columns=_columns(
                ("Date pièce", "date", "DD.MM.YYYY"),
                ("Référence", "number", "16"),
                ("Objet de coût", "account", ""),
                ("Type d'objet", "cost_object", ""),
                ("Débit", "debit", "0.00"),
                ("Crédit", "credit", "0.00"),
                ("Texte", "team", "50"),
            ),
            encoding="iso-8859-15",
        ),
    ),
    "geslab": Preset(
        name="GESLAB",
        layout=Layout(
            columns=_columns(
                ("Numéro de note", "number", ""),
                ("Date", "date", "DD/MM/YYYY"),
                ("Compte budgétaire", "account", ""),
                ("Équipe", "team", ""),
                ("Plate-forme", "platform", ""),
                ("Désignation", "description", "80"),
                ("Quantité", "quantity", ""),
                ("Prix unitaire HT", "unit_price", "0.00"),
                ("Montant", "amount", "0.00"),
            ),
        ),
    ),
    "hospital": Preset(
        name="UF hospitalière",
        layout=Layout(
            columns=_columns(
                ("Mois", "month", "MM/YYYY"),
                ("UF", "account", "10"),
                ("Libellé UF", "account_name", "40"),
                ("Plate-forme", "platform", ""),
                ("Montant", "amount", "0.00"),
                ("Note", "number", ""),
            ),
        ),
    ),
}
