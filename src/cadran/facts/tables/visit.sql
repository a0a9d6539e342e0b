-- One row per visit to the web site. It bounced when it saw one page and did nothing there; views are what pages seen are counted by where
-- their number is not recorded, and are nothing done.
with events as (
    select
        e.visit_id, count(*) as events, count(*) filter (e.kind <> 'view') as deeds,
        nullif(count(distinct e.page) filter (e.kind = 'view'), 0) as pages
    from raw.page_event e
    where e.archived_at is null and touched(e.visit_id)
    group by e.visit_id
)
select
    v.id, v.visitor, v.lead_id, v.channel, c.campaign, v.landing_page, v.pages, coalesce(e.events, 0) as events,
    coalesce(v.pages, e.pages) <= 1 and coalesce(e.deeds, 0) = 0 as bounced,
    v.started_at, business_day(v.started_at) as started_on
from raw.visit v
left join shared.campaign c on c.id = v.campaign_id
left join events e on e.visit_id = v.id
where v.archived_at is null and touched(v.id)
order by v.started_at, v.id
