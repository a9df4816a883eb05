-- What anyone with a SQL client may ask of the store, made anew whenever its tables change.

-- The wide form.
CREATE OR REPLACE VIEW measurements AS
SELECT
    s.provider, s.metering_point, s.energy_type, s.source, s.meter_id, s.sub_headpoint,
    s.granularity, s.direction, s.register, s.unit,
    v."start", make_timestamptz(epoch_us(v."start") + v.duration_us) AS "end", v."value",
    q.validation_state, q.gas_conversion_factor, f.fetched_at,
    s.metering_type, s.seq_number, s.sub_headpoint_type, s.installation_type, s.vreg_id
FROM "values" v
JOIN series s USING (series_id)
JOIN qualities q USING (quality_id)
JOIN fetches f USING (fetch_id);

-- The wide form as it was known at an instant: what had come by then, and had not been superseded.
CREATE OR REPLACE MACRO measurements_as_of(instant) AS TABLE
SELECT
    s.provider, s.metering_point, s.energy_type, s.source, s.meter_id, s.sub_headpoint,
    s.granularity, s.direction, s.register, s.unit,
    v."start", make_timestamptz(epoch_us(v."start") + v.duration_us) AS "end", v."value",
    q.validation_state, q.gas_conversion_factor, f.fetched_at,
    s.metering_type, s.seq_number, s.sub_headpoint_type, s.installation_type, s.vreg_id
FROM (
    SELECT series_id, "start", duration_us, "value", quality_id, fetch_id FROM "values"
    UNION ALL
    SELECT series_id, "start", duration_us, "value", quality_id, r.fetch_id
    FROM revisions r JOIN fetches later ON later.fetch_id = r.superseded_by
    WHERE later.fetched_at > CAST(instant AS TIMESTAMPTZ)
) v
JOIN series s USING (series_id)
JOIN qualities q USING (quality_id)
JOIN fetches f USING (fetch_id)
WHERE f.fetched_at <= CAST(instant AS TIMESTAMPTZ);
