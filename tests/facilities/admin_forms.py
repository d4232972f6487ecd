"""What the admin's forms of a platform send."""

from django.urls import reverse

STAFF, SLOTS, CLOSURES, SERVICES = "staff", "time_slots", "closures", "services"


def page(name, *args):
    return reverse(f"admin:facilities_{name}", args=args)


def formset(prefix, *rows, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def platform_form(facility, **changed):
    data = {
        "code": facility.code,
        "name": facility.name,
        "kind": facility.kind,
        "time_zone": "Europe/Paris",
        "languages": "fr,en",
        "billed_time": "longer",
    }
    for prefix in (STAFF, SLOTS, CLOSURES, SERVICES):
        data |= formset(prefix)
    return data | changed


def instrument_form(facility, **changed):
    data = {
        "facility": facility.pk,
        "name": "Fortessa X-20",
        "kind": "instrument",
        "mode": "self_service",
        "units": 1,
        "state": "working",
        **formset(SLOTS),
        **formset("Qualification_instruments"),
        **formset(
            "rules",
            {
                "step_minutes": 30,
                "shortest_minutes": 30,
                "longest_minutes": 720,
                "horizon_days": 60,
                "notice_minutes": 0,
                "setup_minutes": 0,
                "cleanup_minutes": 15,
                "approval_first_sessions": 0,
                "hold_minutes": 2880,
                "free_cancellation_minutes": 720,
            },
        ),
    }
    return data | changed


def saved(response):
    """Say whether a form was taken; show what was wrong with it."""
    if response.status_code != 302:
        context = response.context
        wrong = [context["adminform"].form.errors] if "adminform" in context else []
        for inline in context.get("inline_admin_formsets", []):
            wrong += [inline.formset.errors, inline.formset.non_form_errors()]
        raise AssertionError(wrong)
    return True
