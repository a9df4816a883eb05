-- name: holdings
-- What is held of the wanted days, added up by series: of a meter's registers the fullest, meters added up, of headpoint and meters the fuller.
WITH kin AS (
    SELECT series_id, metering_point, granularity, source, meter_id
    FROM series SEMI JOIN wanted_days USING (metering_point, granularity)
    WHERE source <> 'sub_headpoint'
), stretches AS (
    SELECT k.series_id, w.first_day, w.last_day, w.due_day
    FROM kin k JOIN wanted_days w USING (metering_point, granularity)
), by_series AS (
    SELECT c.series_id,
        coalesce(sum(c.present) FILTER (c."day" <= w.due_day), 0) AS present,
        sum(c.estimated) AS estimated,
        sum(c.provisional) AS provisional,
        max(c."day") AS newest_day,
        max_by(c.present, c."day") AS newest_present
    FROM coverage c
    JOIN stretches w ON w.series_id = c.series_id AND c."day" BETWEEN w.first_day AND w.last_day
    GROUP BY c.series_id
), by_meter AS (
    SELECT k.metering_point, k.granularity, k.source, k.meter_id,
        max(s.present) AS present, max(s.estimated) AS estimated,
        max(s.provisional) AS provisional, max(s.newest_day) AS newest_day,
        arg_max(s.newest_present, (s.newest_day, s.newest_present)) AS newest_present
    FROM by_series s JOIN kin k USING (series_id)
    GROUP BY k.metering_point, k.granularity, k.source, k.meter_id
), by_source AS (
    SELECT metering_point, granularity, source, sum(present) AS present,
        sum(estimated) AS estimated, sum(provisional) AS provisional,
        max(newest_day) AS newest_day,
        arg_max(newest_present, (newest_day, newest_present)) AS newest_present
    FROM by_meter GROUP BY metering_point, granularity, source
)
SELECT metering_point, granularity, max(present)::BIGINT AS present,
    max(estimated)::BIGINT AS estimated, max(provisional)::BIGINT AS provisional,
    max(newest_day) AS newest_day,
    arg_max(newest_present, (newest_day, newest_present))::BIGINT AS newest_present
FROM by_source GROUP BY metering_point, granularity ORDER BY metering_point, granularity;
