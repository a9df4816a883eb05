"""The one table: every provider's values in the same Arrow schema."""

from kwartier.measurements.fetched import Fetched
from kwartier.measurements.schema import (
    DESCRIPTIVE_COLUMNS,
    MEASUREMENTS_SCHEMA,
    SERIES_COLUMNS,
    VALUE_COLUMNS,
)
from kwartier.measurements.summaries import STRETCHES_SCHEMA, SUMMARIES_SCHEMA
from kwartier.measurements.table import check_measurements, empty_measurements

__all__ = [
    "DESCRIPTIVE_COLUMNS",
    "MEASUREMENTS_SCHEMA",
    "SERIES_COLUMNS",
    "STRETCHES_SCHEMA",
    "SUMMARIES_SCHEMA",
    "VALUE_COLUMNS",
    "Fetched",
    "check_measurements",
    "empty_measurements",
]
