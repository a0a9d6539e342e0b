-- One row per visit and page that it saw: how often, how far down, and what was clicked there.
select
    e.visit_id, e.page, v.channel, v.campaign, v.landing_page,
    count(*) filter (e.kind = 'view') as views,
    count(*) filter (e.kind = 'click') as clicks,
    max(e.depth) as depth,
    business_day(min(e."at")) as seen_on
from raw.page_event e
join (
    from main.visit where touched(id)
) v on v.id = e.visit_id
where e.archived_at is null and touched(e.visit_id)
group by e.visit_id, e.page, v.channel, v.campaign, v.landing_page
order by seen_on, e.visit_id, e.page
