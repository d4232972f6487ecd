"""The log-ins of the demo, as its first page lists them. They exist in the demo only."""

from django.utils.translation import gettext_lazy as _

PASSWORD = "plateau-demo"  # noqa: S105

LOGINS = {
    "researcher@demo.example": _("Researcher in a host team, trained on Fortessa and LSM 880"),
    "student@demo.example": _("Same team, not trained yet"),
    "head@demo.example": _("Head of this team"),
    "manager.cyt@demo.example": _("Manager of the cytometry platform"),
    "operator.cyt@demo.example": _("Operator of the cytometry platform"),
    "manager.mic@demo.example": _("Manager of the imaging platform"),
    "industry@demo.example": _("Pharma du Midi: a company with a purchase order"),
    "startup@demo.example": _("A start-up"),
    "academic@demo.example": _("Another university"),
    "tut@demo.example": _("A team of a supervising body"),
    "accountant@demo.example": _("Accountant of the platforms"),
    "admin@demo.example": _("Administrator of the centre"),
}
