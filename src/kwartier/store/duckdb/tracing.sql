-- name: trace_rows
-- The values of the wanted series within the bounds and what they superseded, each with its fetches.
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id, fetch_id AS "fetch",
    NULL::INTEGER AS superseded_by, NULL::VARCHAR AS "change"
FROM "values" SEMI JOIN wanted USING (series_id)
WHERE series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
  AND "start" >= getvariable('bounds')."first" AND "start" < getvariable('bounds')."last"
UNION ALL
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id, fetch_id,
    superseded_by, "change"
FROM revisions SEMI JOIN wanted USING (series_id)
WHERE series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
  AND "start" >= getvariable('bounds')."first" AND "start" < getvariable('bounds')."last"
ORDER BY series_id, "start", "fetch";

-- name: trace_fetches
-- What was asked of some metering points, in order of commitment.
SELECT fetch_id AS "fetch", * EXCLUDE (fetch_id) FROM fetches
WHERE list_contains($metering_points, metering_point)
ORDER BY fetch_id;

-- name: deliveries
-- How each receiver took some of the ledger's entries, or all.
SELECT * FROM mandate_deliveries WHERE $entries IS NULL OR list_contains($entries, entry_id)
ORDER BY sink, entry_id;
