-- One row per visit to the web site.
with events as (
    select e.visit_id, count(*) as events from raw.page_event e where e.archived_at is null and touched(e.visit_id) group by e.visit_id
)
select
    v.id, v.visitor, v.lead_id, v.channel, c.campaign, v.landing_page, v.pages, coalesce(e.events, 0) as events,
    v.started_at, business_day(v.started_at) as started_on
from raw.visit v
left join shared.campaign c on c.id = v.campaign_id
left join events e on e.visit_id = v.id
where v.archived_at is null and touched(v.id)
order by v.started_at, v.id
