-- One row per thing that a visitor did on a page. Clicks fall in squares of 100 pixels, named by their left and upper edges.
select
    e.id, e.visit_id, e.page, e.kind, e.selector, v.channel, v.campaign, v.landing_page,
    case when e.x is not null and e.y is not null then
        cast(100 * floor(e.x / 100) as bigint) || ', ' || cast(100 * floor(e.y / 100) as bigint) end as square,
    e.x, e.y, e.depth, e."at" as occurred_at, business_day(e."at") as occurred_on
from raw.page_event e
join (
    from main.visit
    --touched: where id in (select visit_id from raw.page_event where touched(id))
) v on v.id = e.visit_id
where e.archived_at is null and touched(e.id)
order by e."at", e.id
