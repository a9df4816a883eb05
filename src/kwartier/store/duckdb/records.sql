-- name: count_customers
-- How many customers there are.
SELECT count(*) FROM customers;

-- name: turns
-- When each of some mandates, or of all, was first seen with each status and renewal status.
SELECT mandate_id, fields.after AS word, min(seen_at) AS seen_at
FROM (SELECT mandate_id, seen_at, unnest(fields) AS fields FROM mandate_ledger
    WHERE $mandates IS NULL OR list_contains($mandates, mandate_id))
WHERE fields.field IN ('status', 'renewal_status') AND fields.after IS NOT NULL
GROUP BY mandate_id, fields.after ORDER BY mandate_id, seen_at, word;

-- name: answers
-- How each asker's metering point was answered, of those that were asked of at all.
SELECT a.asker,
    min(f.fetched_at) FILTER (f.outcome = 'ok' AND f."rows" > 0) AS first_values_at,
    max(f.fetched_at) FILTER (f.outcome = 'ok' AND f."rows" > 0
        AND f.reason IN ('backfill', 'gap', 'forced')) AS filled_at,
    max(f.fetched_at) FILTER (f.outcome = 'ok') AS answered_at,
    max(f.fetched_at) AS tried_at,
    arg_max(f.outcome, (f.fetched_at, f.fetch_id)) AS outcome,
    arg_max(coalesce(f.error, ''), (f.fetched_at, f.fetch_id)) AS error
FROM fetches f JOIN askers a ON f.metering_point = a.metering_point
    AND f.planned_at >= a.since AND f.window_end > a."first"
    AND (f.kind = 'insertTime' OR f.window_start < a."last")
GROUP BY a.asker ORDER BY a.asker;
