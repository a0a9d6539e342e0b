-- One row per goal and day: its target spread evenly over its days, to the millionth, so that a period that cuts it has its share.
with spread as (
    select *, cast(target * 1000000 as hugeint) as millionths, unnest(range(days)) as number from main.goal where touched(id)
)
select
    id as goal_id, kpi, level, owner, team, region, product, channel, segment, industry, pipeline, whole, undivided,
    cast(millionths * (number + 1) // days - millionths * number // days as decimal(25, 0)) * 0.000001 as target,
    starts_on + cast(number as integer) as on_day
from spread
order by on_day, goal_id
