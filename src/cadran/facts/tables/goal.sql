-- One row per goal. What it is for stands in its slice; a goal of a member is his team's and region's too. Whole: part of no other
-- goal. Undivided: no other goal is part of it.
with sliced as (
    select
        g.*, json_extract_string(g.slice, '$.owner') as member, json_extract_string(g.slice, '$.team') as team,
        json_extract_string(g.slice, '$.region') as region
    from raw.goal g
    where g.archived_at is null and g.ends_on > g.starts_on and touched(g.id)
)
select
    g.id, g.kpi,
    case when coalesce(o.owner, g.member) is not null then 'member' when g.team is not null then 'team'
        when g.region is not null then 'region' when coalesce(g.slice, '{}') = '{}' then 'company' else 'other' end as level,
    coalesce(o.owner, g.member) as owner, coalesce(g.team, o.team) as team, coalesce(g.region, t.region, o.region) as region,
    json_extract_string(g.slice, '$.product') as product, json_extract_string(g.slice, '$.channel') as channel,
    json_extract_string(g.slice, '$.segment') as segment, json_extract_string(g.slice, '$.industry') as industry,
    json_extract_string(g.slice, '$.pipeline') as pipeline,
    p.id is null as whole, c.parent_id is null as undivided,
    cast(g.target as decimal(19, 6)) as target,
    cast((cast(g.target * 1000000 as hugeint) // (g.ends_on - g.starts_on)) * 0.000001 as decimal(19, 6)) as daily_target, g.ends_on - g.starts_on as days, g.starts_on, g.ends_on
from sliced g
left join raw.goal p on p.id = g.parent_id and p.archived_at is null
left join (select distinct parent_id from raw.goal where archived_at is null) c on c.parent_id = g.id
left join shared.owner o on o.id = g.owner_id or (g.owner_id is null and o.owner = g.member)
left join raw.team t on t.name = g.team
order by g.starts_on, g.id
