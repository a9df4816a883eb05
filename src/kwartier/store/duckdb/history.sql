-- name: scan_former
-- The superseded rows of the wanted series within the bounds.
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id, superseded_by
FROM revisions SEMI JOIN wanted USING (series_id)
WHERE series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
  AND "start" >= getvariable('bounds')."first" AND "start" < getvariable('bounds')."last";

-- name: scan_changes
-- What superseded the rows of the wanted series within the bounds, by what, in order of time.
WITH former AS MATERIALIZED (
    SELECT r.*, f.fetched_at AS superseded_at, f.reason, f.kind, f.window_start, f.window_end
    FROM revisions r SEMI JOIN wanted USING (series_id)
    JOIN fetches f ON f.fetch_id = r.superseded_by
    WHERE series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
      AND "start" >= getvariable('bounds')."first" AND "start" < getvariable('bounds')."last"
      AND f.fetched_at >= $since
), successors AS (
    SELECT series_id, "start", v.fetch_id AS superseded_by, v."value", v.quality_id
    FROM "values" v JOIN former USING (series_id, "start")
    WHERE v.fetch_id = former.superseded_by
      AND series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
    UNION ALL
    SELECT series_id, "start", v.fetch_id, v."value", v.quality_id
    FROM revisions v JOIN former USING (series_id, "start")
    WHERE v.fetch_id = former.superseded_by
)
SELECT series_id, "start", o.duration_us, o."value", o.quality_id, o.fetch_id, o.superseded_at,
    o.change, n."value" AS new_value, q.validation_state AS new_validation_state,
    q.gas_conversion_factor AS new_gas_conversion_factor,
    o.reason, o.kind, o.window_start, o.window_end
FROM former o LEFT JOIN successors n USING (series_id, "start", superseded_by)
LEFT JOIN qualities q ON q.quality_id = n.quality_id
ORDER BY o.superseded_at, superseded_by, series_id, "start";
