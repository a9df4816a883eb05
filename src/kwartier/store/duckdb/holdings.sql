-- name: holdings
-- What is held of the wanted days: of a meter's registers the fullest, meters added up, of headpoint and meters the fuller.
WITH kin AS (
    SELECT series_id, metering_point, granularity,
        dense_rank() OVER (ORDER BY metering_point, granularity) AS owner,
        dense_rank() OVER (ORDER BY metering_point, granularity, source) AS place,
        dense_rank() OVER (ORDER BY metering_point, granularity, source, meter_id) AS meter
    FROM series SEMI JOIN wanted_days USING (metering_point, granularity)
    WHERE source <> 'sub_headpoint'
), owners AS (
    SELECT DISTINCT owner, metering_point, granularity FROM kin
), stretches AS (
    SELECT owner, first_day, last_day, due_day
    FROM wanted_days JOIN owners USING (metering_point, granularity)
), by_meter AS (
    SELECT k.owner, k.place, c."day", w.due_day, max(c.present) AS present,
        max(c.estimated) AS estimated, max(c.provisional) AS provisional
    FROM coverage c JOIN kin k USING (series_id)
    JOIN stretches w ON w.owner = k.owner AND c."day" BETWEEN w.first_day AND w.last_day
    GROUP BY k.owner, k.place, k.meter, c."day", w.due_day
), by_place AS (
    SELECT owner, "day", due_day, sum(present) AS present, sum(estimated) AS estimated,
        sum(provisional) AS provisional
    FROM by_meter GROUP BY owner, place, "day", due_day
), by_day AS (
    SELECT owner, "day", due_day, max(present) AS present, max(estimated) AS estimated,
        max(provisional) AS provisional
    FROM by_place GROUP BY owner, "day", due_day
)
SELECT o.metering_point, o.granularity,
    coalesce(sum(d.present) FILTER (d."day" <= d.due_day), 0)::BIGINT AS present,
    sum(d.estimated)::BIGINT AS estimated,
    sum(d.provisional)::BIGINT AS provisional,
    max(d."day") AS newest_day,
    max_by(d.present, d."day")::BIGINT AS newest_present
FROM by_day d JOIN owners o USING (owner)
GROUP BY o.metering_point, o.granularity
ORDER BY o.metering_point, o.granularity;
