"""Which models and fields of NEMO are known here, and which of them have a place.

Tables only. What is in neither is reported as unknown. Written against NEMO 8.0 to 8.1.
"""

KEPT: dict[str, frozenset[str]] = {
    "accounttype": frozenset({"name"}),
    "account": frozenset({"name", "type", "active", "start_date"}),
    "project": frozenset(
        {"name", "application_identifier", "account", "active", "start_date"},
    ),
    "user": frozenset(
        {
            "username", "first_name", "last_name", "email", "is_active", "access_expiration",
            "date_joined", "projects", "managed_projects", "managed_accounts", "is_staff",
            "is_facility_manager", "is_user_office", "is_accounting_officer", "is_superuser",
            "is_service_personnel", "is_technician",
        }
    ),
    "tool": frozenset(
        {
            "name", "parent_tool", "visible", "_category", "_location", "_operational", "_serial",
            "_description", "_reservation_horizon", "_minimum_usage_block_time",
            "_maximum_usage_block_time", "_missed_reservation_threshold",
        }
    ),
    "area": frozenset(
        {
            "name", "requires_reservation", "maximum_capacity", "reservation_horizon",
            "minimum_usage_block_time", "maximum_usage_block_time",
            "missed_reservation_threshold",
        }
    ),
    "qualification": frozenset({"user", "tool", "qualified_on"}),
    "reservation": frozenset(
        {
            "user", "creator", "creation_time", "tool", "area", "project", "start", "end", "title",
            "additional_information", "cancelled", "cancellation_time", "missed", "shortened",
            "descendant",
        }
    ),
    "usageevent": frozenset({"user", "operator", "project", "tool", "start", "end", "note"}),
}  # fmt: skip
"""What is read of each model that is imported."""

LEFT: dict[str, frozenset[str]] = {
    "accounttype": frozenset({"display_order"}),
    "account": frozenset({"note"}),
    "project": frozenset(
        {
            "discipline", "project_types", "only_allow_tools", "allow_consumable_withdrawals",
            "allow_staff_charges",
        }
    ),
    "user": frozenset(
        {
            "type", "domain", "notes", "badge_number", "training_required", "last_login",
            "preferences", "onboarding_phases", "safety_trainings", "physical_access_levels",
            "groups", "user_permissions",
        }
    ),
    "tool": frozenset(
        {
            "_image", "_tool_calendar_color", "_primary_owner", "_phone_number", "_superusers",
            "_notification_email_address", "_interlock", "_requires_area_access", "_backup_owners",
            "_grant_physical_access_level_upon_qualification", "_staff", "_core_facility",
            "_grant_badge_reader_access_upon_qualification", "_maximum_reservations_per_day",
            "_maximum_future_reservations", "_minimum_time_between_reservations",
            "_maximum_future_reservation_time", "_late_cancellation_reservation_threshold",
            "_max_delayed_logoff", "_policy_off_between_times", "_policy_off_start_time",
            "_policy_off_end_time", "_policy_off_weekend", "_operation_mode",
        }
    ),
    "area": frozenset(
        {
            "parent_area", "category", "abuse_email", "reservation_email", "area_calendar_color",
            "logout_grace_period", "buddy_system_allowed", "count_staff_in_occupancy",
            "count_service_personnel_in_occupancy", "reservation_warning", "core_facility",
            "maximum_reservations_per_day", "maximum_future_reservations",
            "minimum_time_between_reservations", "maximum_future_reservation_time",
            "late_cancellation_reservation_threshold", "policy_off_between_times",
            "policy_off_start_time", "policy_off_end_time", "policy_off_weekend", "lft", "rght",
            "tree_id", "level",
        }
    ),
    "qualification": frozenset(),
    "reservation": frozenset(
        {
            "short_notice", "cancelled_by", "self_configuration", "question_data", "validated",
            "validated_by", "waived", "waived_on", "waived_by",
        }
    ),
    "usageevent": frozenset(
        {
            "has_ended", "validated", "validated_by", "remote_work", "training", "pre_run_data",
            "run_data", "staff_charge", "waived", "waived_on", "waived_by",
        }
    ),
}  # fmt: skip
"""Fields that are known and have no place here; those with a value are counted."""

TRIFLES = frozenset(
    {
        "display_order", "has_ended", "lft", "rght", "tree_id", "level", "last_login",
        "_tool_calendar_color", "area_calendar_color", "preferences", "_image",
    }
)  # fmt: skip
"""Of those, what nobody misses: not counted."""

LEFT_MODELS: dict[str, str] = {
    "usertype": "types of people have no place here",
    "projecttype": "types of projects have no place here",
    "projectdiscipline": "disciplines have no place here",
    "corefacility": "platforms are chosen with --facility",
    "reservationquestions": "questions of a reservation have no place here",
    "scheduledoutage": "enter coming outages as maintenance bookings",
    "closure": "enter coming closures on the platform",
    "closuretime": "enter coming closures on the platform",
    "areaaccessrecord": "stays in NEMO, billed there",
    "staffcharge": "stays in NEMO, billed there",
    "trainingsession": "stays in NEMO, billed there",
    "consumablecategory": "supplies are not sold here yet",
    "consumable": "supplies are not sold here yet",
    "consumablewithdraw": "stays in NEMO, billed there",
    "recurringconsumablecharge": "stays in NEMO, billed there",
    "adjustmentrequest": "settle requests in NEMO before going over",
    "membershiphistory": "stays in NEMO",
    "customization": "settings of NEMO itself",
}
"""Models that are known and stay behind, and why."""
