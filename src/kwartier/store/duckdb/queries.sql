-- name: find_series
-- The series of a selection, in order.
SELECT * EXCLUDE (described_at) FROM series
WHERE ($metering_points IS NULL OR list_contains($metering_points, metering_point))
  AND ($energy_type IS NULL OR energy_type = $energy_type)
  AND ($granularity IS NULL OR granularity = $granularity)
  AND ($direction IS NULL OR direction = $direction)
ORDER BY provider, metering_point, granularity, series_id;

-- name: all_qualities
-- The pairs of validation state and gas conversion factor, by number.
SELECT validation_state, gas_conversion_factor FROM qualities ORDER BY quality_id;

-- name: fetch_times
-- When each fetch was answered, by number.
SELECT fetched_at FROM fetches ORDER BY fetch_id;

-- name: bound_scan
-- Set the bounds of a scan.
SET VARIABLE bounds = struct_pack(
    "first" := $first::TIMESTAMPTZ, "last" := $last::TIMESTAMPTZ,
    low := $low::INTEGER, high := $high::INTEGER
);

-- name: scan_values
-- The values of the wanted series within the bounds.
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id
FROM "values" SEMI JOIN wanted USING (series_id)
WHERE series_id BETWEEN getvariable('bounds').low AND getvariable('bounds').high
  AND "start" >= getvariable('bounds')."first" AND "start" < getvariable('bounds')."last";

-- name: scan_revisions
-- The superseded rows of the wanted series, in the order in which they were superseded.
SELECT r.series_id, r."start", r.duration_us, r."value", r.quality_id, r.fetch_id,
    f.fetched_at AS superseded_at, r.change
FROM revisions r SEMI JOIN wanted USING (series_id) JOIN fetches f ON f.fetch_id = r.superseded_by
ORDER BY r.superseded_by, r.series_id, r."start";

-- name: scan_coverage
-- The counts of the wanted series, by series and day.
SELECT series_id, "day", present, estimated, provisional
FROM coverage SEMI JOIN wanted USING (series_id)
ORDER BY series_id, "day";

-- name: all_fetches
-- What was asked and answered, in order of commitment.
SELECT * EXCLUDE (fetch_id) FROM fetches ORDER BY fetch_id;

-- name: put_customers
-- Add or update customers by their id.
MERGE INTO customers USING new_customers n ON customers.customer_id = n.customer_id
WHEN MATCHED THEN UPDATE SET "label" = n."label", flow = n.flow,
    enterprise_number = n.enterprise_number, "language" = n."language", contact = n.contact
WHEN NOT MATCHED THEN INSERT (customer_id, "label", flow, enterprise_number, "language", contact)
    VALUES (n.customer_id, n."label", n.flow, n.enterprise_number, n."language", n.contact);

-- name: add_references
-- Keep the references that were made.
INSERT INTO customer_references BY NAME SELECT * FROM new_references;

-- name: environments
-- Which environment of each provider the store is filled from.
SELECT provider, environment FROM environments ORDER BY provider;

-- name: note_environment
-- Keep which environment of a provider it is, unless that is known.
INSERT INTO environments
SELECT $provider, $environment
WHERE NOT EXISTS (FROM environments WHERE provider = $provider);

-- name: customers
-- The customers of some ids, or all, by id.
SELECT * FROM customers WHERE $ids IS NULL OR list_contains($ids, customer_id)
ORDER BY customer_id;

-- name: references
-- The references of some customers and those of some numbers, or all, the oldest first.
SELECT * FROM customer_references
WHERE $customers IS NULL OR list_contains($customers, customer_id)
    OR list_contains($numbers, reference_number)
ORDER BY created_at, reference_number;

-- name: put_mandates
-- Keep the mandates as now known, replacing those of the same id.
DELETE FROM mandates WHERE mandate_id IN (SELECT mandate_id FROM new_mandates);
INSERT INTO mandates BY NAME SELECT * FROM new_mandates;

-- name: all_mandates
-- The mandates after an id, so many of them, in order of it.
SELECT * FROM mandates WHERE mandate_id > $after ORDER BY mandate_id LIMIT $limit;

-- name: mandates_under
-- The mandates under some reference numbers.
SELECT * FROM mandates WHERE list_contains($names, reference_number);

-- name: mandates_on
-- The mandates on some metering points.
SELECT * FROM mandates WHERE list_contains($names, metering_point);

-- name: put_listed
-- Keep when the mandates of a provider were last listed.
MERGE INTO mandate_lists
USING (SELECT $provider AS provider, $latest AS latest, $whole AS whole) n USING (provider)
WHEN MATCHED THEN UPDATE SET latest = n.latest, whole = n.whole
WHEN NOT MATCHED THEN INSERT (provider, latest, whole) VALUES (n.provider, n.latest, n.whole);

-- name: listed
-- When the mandates of a provider were last listed.
SELECT latest, whole FROM mandate_lists WHERE provider = $provider;

-- name: last_entry
-- The number of the ledger's last entry.
SELECT coalesce(max(entry_id), 0) FROM mandate_ledger;

-- name: add_entries
-- Add to the ledger.
INSERT INTO mandate_ledger BY NAME SELECT * FROM new_entries;

-- name: all_entries
-- The ledger after an entry, so much of it, of all mandates or of some, in order.
SELECT * FROM mandate_ledger
WHERE entry_id > $after AND ($mandates IS NULL OR list_contains($mandates, mandate_id))
ORDER BY entry_id LIMIT $limit;

-- name: outstanding
-- What a sink has not taken, in order.
SELECT l.*, coalesce(d.attempts, 0) AS attempts, d.due_at
FROM mandate_ledger l
LEFT JOIN mandate_deliveries d ON d.entry_id = l.entry_id AND d.sink = $sink
WHERE d.entry_id IS NULL OR d.due_at IS NOT NULL
ORDER BY l.entry_id;

-- name: put_attempts
-- Keep how entries were taken, replacing what was kept of the same.
DELETE FROM mandate_deliveries
WHERE (sink, entry_id) IN (SELECT (sink, entry_id) FROM new_attempts);
INSERT INTO mandate_deliveries BY NAME SELECT * FROM new_attempts;

-- name: synced_at
-- When the latest successful fetch was answered.
SELECT max(fetched_at) AS fetched_at FROM fetches
WHERE outcome = 'ok' AND ($provider IS NULL OR provider = $provider);
