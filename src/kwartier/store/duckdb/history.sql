-- name: scan_former
-- The superseded rows of the wanted series within the bounds.
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id, superseded_by
FROM revisions SEMI JOIN wanted USING (series_id)
WHERE series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
  AND "start" >= getvariable('bounds')."first" AND "start" < getvariable('bounds')."last";
