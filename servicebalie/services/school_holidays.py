"""The school holidays, as this version ships them: reference_data/school_holidays.toml."""

from functools import cache

from servicebalie.core.school_holidays import SchoolHolidays, parse_school_holidays
from servicebalie.services.code_lists import shipped_code_lists
from servicebalie.shipped import reference_data


@cache
def shipped_school_holidays() -> SchoolHolidays:
    """Return the school holidays of all regions; read once by each process."""
    text = reference_data("school_holidays.toml").read_text(encoding="utf-8")
    return parse_school_holidays(text, shipped_code_lists().municipalities.values())
