-- One row per sign of interest by a customer, while it was one: an e-mail opened, clicked or answered, a visit to the site, an event of the
-- loyalty programme, a day of use, an answer to a survey.
with sign as (
    select a.id * 8 + 1 as id, 'e-mail' as kind, m.account_id, business_day(least(a.opened_at, a.clicked_at, a.replied_at)) as on_day
    from raw.activity a
    join main.activity m on m.id = a.id
    where a.kind = 'email' and coalesce(a.opened_at, a.clicked_at, a.replied_at) is not null
    union all
    select v.id * 8 + 2, 'visit', l.account_id, business_day(v.started_at)
    from raw.visit v
    join raw.lead l on l.id = v.lead_id
    where v.archived_at is null
    union all
    select e.id * 8 + 3, 'loyalty', coalesce(e.account_id, c.account_id), e.day
    from raw.loyalty_event e
    left join raw.contact c on c.id = e.contact_id
    where e.archived_at is null
    union all
    select u.id * 8 + 4, 'use', u.account_id, u.day from raw.usage u where u.archived_at is null
    union all
    select w.id * 8 + 5, 'survey', w.account_id, business_day(w."at") from raw.answer w where w.archived_at is null
)
select
    s.id, s.kind, s.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, s.on_day,
    c.started_on as customer_since, c.ended_on as customer_until
from (
    select * from sign where touched(id)
) s
join main.customer_span c
    on c.account_id = s.account_id and c.basis = 'any' and c.started_on <= s.on_day and (c.ended_on is null or c.ended_on >= s.on_day)
left join shared.account a on a.id = s.account_id
order by s.on_day, s.id
