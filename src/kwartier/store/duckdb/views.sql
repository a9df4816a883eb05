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
