-- Each day's rows of a flow of so many rows, in order of days.
CREATE MACRO arrivals(flow_name, many) AS TABLE
    SELECT day AS d, unnest(range(floor(before * many)::BIGINT, floor(upto * many)::BIGINT)) + 1 AS id
    FROM work.flow WHERE season = flow_name;

-- Who asked, and what became of them. Conversion depends on the channel, and on the region that slows down.
CREATE TABLE work.lead AS
WITH drawn AS (
    SELECT
        id, d, 2 * id + 1 AS firm_key,
        CASE WHEN chance(id, 'lead.evening') < 0.2 THEN whole(id, 'lead.minute', 1430)
             ELSE 480 + whole(id, 'lead.minute', 660) END AS minute,
        pick('lead_channels', chance(id, 'lead.channel')) AS channel_number,
        pick('territories', chance(id, 'lead.territory')) AS territory,
        chance(id, 'lead.seat') AS seat_share,
        chance(id, 'lead.fate') AS fate
    FROM arrivals('leads', getvariable('leads'))
),
judged AS (
    SELECT
        drawn.*, seat.member_id AS seat_member, seat.joined, seat.stand_in, seat.left_day, seat.successor,
        channel.convert * CASE WHEN territory.slow AND d > getvariable('slow_from') THEN 0.55 ELSE 1 END AS convert,
        channel.name AS channel, territory.region, territory.cities, territory.countries,
        later(d, 1 + wait(id, 'lead.qualify', 3)) AS qualify_d
    FROM drawn
    JOIN work.channel ON channel.number = channel_number
    JOIN work.territory ON territory.number = territory
    JOIN work.seat ON seat.territory = drawn.territory AND seat.number = floor(seat_share * territory.seats)
),
dated AS (
    SELECT
        *,
        CASE WHEN fate < convert + 0.12 AND qualify_d <= getvariable('last') THEN qualify_d END AS qualified_d,
        CASE WHEN fate < convert THEN later(qualify_d, 1 + wait(id, 'lead.convert', 4)) END AS convert_d,
        CASE WHEN fate >= convert + 0.12 THEN
            later(d, CASE WHEN chance(id, 'lead.drop') < 0.7 THEN 2 + wait(id, 'lead.dropped', 10)
                          ELSE 60 + whole(id, 'lead.forgotten', 90) END) END AS drop_d
    FROM judged
)
SELECT
    id, d, minute, firm_key, channel_number, channel, territory, region, seat_share,
    countries[1 + floor(chance(firm_key, 'account.city') * len(countries))::BIGINT] AS country,
    CASE WHEN d < joined THEN stand_in WHEN d >= left_day THEN successor ELSE seat_member END AS owner_id,
    qualified_d,
    qualified_d IS NOT NULL AND fate < convert + 0.06 AS taken_on,  -- by sales, on the day marketing qualified it
    CASE WHEN convert_d <= getvariable('last') THEN convert_d END AS converted_d,
    CASE WHEN drop_d <= getvariable('last') THEN drop_d END AS dropped_d,
    540 + whole(id, 'lead.converted', 59) AS converted_minute,
    firm(firm_key) AS company,
    CASE WHEN chance(firm_key, 'account.industry.blank') >= 0.03
        THEN pick('industries', chance(firm_key, 'account.industry')) END
        AS industry
FROM dated;
