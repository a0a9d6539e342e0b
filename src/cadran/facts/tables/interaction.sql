-- One row per sign of interest by a customer, while it was one: a day on which an e-mail was opened, clicked or answered, by a person and not
-- by a machine; a visit to the site, an event of the loyalty programme, a day of use, an answer to a survey.
with sign as (
    select e.sign_id as id, 'e-mail' as kind, e.account_id, e.on_day
    from (
        select id * 8 + 1 as sign_id, account_id, opened_on as on_day from main.email where opened_on is not null and not opened_by_machine
        union all
        select id * 8 + 6, account_id, clicked_on from main.email where clicked_on is distinct from opened_on
        union all
        select id * 8 + 7, account_id, replied_on
        from main.email
        where replied and (opened_by_machine or replied_on is distinct from opened_on) and replied_on is distinct from clicked_on
    ) e
    where e.on_day is not null and touched(e.sign_id)
    union all
    select v.sign_id, 'visit', l.account_id, business_day(v.started_at)
    from (
        select *, id * 8 + 2 as sign_id from raw.visit where archived_at is null
    ) v
    join raw.lead l on l.id = v.lead_id
    where touched(v.sign_id)
    union all
    select e.sign_id, 'loyalty', coalesce(e.account_id, c.account_id), e.day
    from (
        select *, id * 8 + 3 as sign_id from raw.loyalty_event where archived_at is null
    ) e
    left join raw.contact c on c.id = e.contact_id
    where touched(e.sign_id)
    union all
    select sign_id, 'use', account_id, day
    from (
        select *, id * 8 + 4 as sign_id from raw.usage where archived_at is null
    ) u
    where touched(sign_id)
    union all
    select sign_id, 'survey', account_id, answered_on
    from (
        select *, id * 8 + 5 as sign_id from main.answer
    ) w
    where touched(sign_id)
)
select
    s.id, s.kind, s.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, s.on_day,
    c.started_on as customer_since, c.ended_on as customer_until
from sign s
join main.customer_span c
    on c.account_id = s.account_id and c.basis = 'any' and c.started_on <= s.on_day and (c.ended_on is null or c.ended_on >= s.on_day)
left join shared.account a on a.id = s.account_id
order by s.on_day, s.id
