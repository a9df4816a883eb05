"""A dataset for the world to read: Parquet by month, replaced in one move."""

from kwartier.export.published.publish import GRACE, PublishReport, forget, publish, republish

__all__ = ["GRACE", "PublishReport", "forget", "publish", "republish"]
