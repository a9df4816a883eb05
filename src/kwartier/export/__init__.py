"""Measurements for other programs."""

from kwartier.export.parquet import ExportReport, check_target, export_parquet

__all__ = ["ExportReport", "check_target", "export_parquet"]
