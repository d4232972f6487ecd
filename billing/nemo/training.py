"""NEMO's qualifications: one for each tool, granted to whoever was qualified on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from accounts.models import User
from billing.nemo.dump import Row
from billing.nemo.keeping import BATCH
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.values import Fields, Refused
from compliance.models import Grant, Qualification
from facilities.models import Instrument

KIND = "qualification"


def keep_grants(
    rows: Sequence[Row],
    *,
    people: Directory[User],
    tools: Directory[Instrument],
    report: Report,
    today: dt.date,
) -> None:
    """Make each tool ask for a qualification of its own and grant it as NEMO did.

    A person who holds one already keeps it as it is: it may have been revoked since.
    """
    asked_for = _qualifications({tool.pk: tool for tool in tools.by_key.values()}.values())
    held = set(
        Grant.objects.filter(qualification__in=asked_for.values()).values_list(
            "user_id", "qualification_id"
        )
    )
    new: list[Grant] = []
    tally = report.tallies[KIND]
    for row in rows:
        fields = Fields(row.fields)
        try:
            person = people.required(row.fields.get("user"), "user")
            tool = tools.required(row.fields.get("tool"), "tool")
            valid_from = fields.day("qualified_on") or today
        except Refused as refused:
            report.refuse(KIND, row.key, refused.reason)
            continue
        qualification = asked_for[tool.pk]
        if (person.pk, qualification.pk) in held:
            tally.unchanged += 1
            continue
        held.add((person.pk, qualification.pk))
        new.append(Grant(user=person, qualification=qualification, valid_from=valid_from))
    Grant.objects.bulk_create(new, batch_size=BATCH)
    tally.created += len(new)


def _qualifications(tools: Iterable[Instrument]) -> dict[int, Qualification]:
    """Return the qualification that each tool asks for, by the tool's id."""
    by_id = {tool.pk: tool for tool in tools}
    through = Qualification.instruments.through
    links = through.objects.filter(instrument__in=by_id).select_related("qualification")
    asked_for = {link.instrument_id: link.qualification for link in links.order_by("-id")}
    missing = [tool for pk, tool in by_id.items() if pk not in asked_for]
    named = {
        (one.facility_id, one.name): one
        for one in Qualification.objects.filter(facility__in={t.facility_id for t in missing})
    }
    new = [
        Qualification(facility_id=tool.facility_id, name=tool.name)
        for tool in missing
        if (tool.facility_id, tool.name) not in named
    ]
    for qualification in Qualification.objects.bulk_create(new):
        named[qualification.facility_id, qualification.name] = qualification
    through.objects.bulk_create(
        through(
            qualification_id=named[tool.facility_id, tool.name].pk,
            instrument_id=tool.pk,
        )
        for tool in missing
    )
    return asked_for | {tool.pk: named[tool.facility_id, tool.name] for tool in missing}
