"""What PostgreSQL itself refuses of a price list: steps back, and days that leave charges out."""

from __future__ import annotations

import pgtrigger


def goes_forward(name: str) -> pgtrigger.Trigger:
    """Refuse to take a price list back, to give it away, or to delete one that was voted.

    Its days may change as long as they hold every day that was charged by it.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("steps", "text[]")],
        func="""
            steps := ARRAY['draft', 'voted', 'in_force'];
            IF TG_OP = 'DELETE' THEN
                IF OLD.status <> 'draft' THEN
                    RAISE EXCEPTION 'price list % is voted and stays', OLD.id
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END IF;
            IF array_position(steps, NEW.status::text) < array_position(steps, OLD.status::text)
                OR (OLD.status <> 'draft' AND NEW.facility_id <> OLD.facility_id) THEN
                RAISE EXCEPTION 'price list % goes forward only', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.validity <> OLD.validity AND EXISTS (
                SELECT FROM billing_charge
                 WHERE price_list_id = OLD.id AND NOT NEW.validity @> service_date) THEN
                RAISE EXCEPTION 'price list % has been charged by on other days', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        """,
    )
