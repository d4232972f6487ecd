"""What tests send."""

from typing import Any

from facilities.models import Instrument

START, END = "2026-10-07T14:00:00+02:00", "2026-10-07T16:00:00+02:00"


def body(instrument: Instrument, **more: Any) -> dict[str, Any]:
    """Ask for tomorrow afternoon."""
    return {"instrument": instrument.pk, "start": START, "end": END} | more
