"""Measurements for other programs."""

from kwartier.export.parquet import ExportError, ExportReport, check_target, export_parquet
from kwartier.export.published import PublishPolicy, PublishReport, forget, publish, republish

__all__ = [
    "ExportError",
    "ExportReport",
    "PublishPolicy",
    "PublishReport",
    "check_target",
    "export_parquet",
    "forget",
    "publish",
    "republish",
]
