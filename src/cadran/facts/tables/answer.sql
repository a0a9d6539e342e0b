-- One row per answer to a survey. Its owner is who looked after the ticket or the order it is about, else its account's.
select
    w.id, s.name as survey, s.kind, w.account_id, a.account, coalesce(o.owner, a.owner) as owner, a.region, a.industry, a.segment,
    w.touchpoint, w.comment, w.score, s.scale_min, s.scale_max, s.direction, w."at" as answered_at, business_day(w."at") as answered_on
from raw.answer w
join raw.survey s on s.id = w.survey_id
left join (
    select id, owner_id from raw.ticket
    --touched: where id in (select ticket_id from raw.answer where touched(id))
) t on t.id = w.ticket_id
left join (
    select id, owner_id from raw."order"
    --touched: where id in (select order_id from raw.answer where touched(id))
) b on b.id = w.order_id
left join shared.owner o on o.id = coalesce(t.owner_id, b.owner_id)
left join (
    from shared.account
    --touched: where id in (select account_id from raw.answer where touched(id))
) a on a.id = w.account_id
where w.archived_at is null and touched(w.id)
order by answered_at, w.id
