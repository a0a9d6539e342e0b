-- One row per time that the people of an account were heard: a ticket that they opened, a survey that they answered. Whoever looked after
-- the ticket or the order, owner and team are those of the account, so that what is heard of accounts stands beside the accounts there are.
with heard as (
    select id * 4 + 1 as id, 'answer' as kind, account_id, score is not null as scored, nps_group is not null as recommends, answered_on as on_day
    from main.answer
    where touched(id * 4 + 1)
    union all
    select id * 4 + 2, 'ticket', account_id, false, false, opened_on
    from main.ticket
    where touched(id * 4 + 2)
)
select
    h.id, h.kind, h.account_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size, h.scored, h.recommends, h.on_day
from heard h
left join (
    from shared.account
    --touched: where id in (select account_id from heard)
) a on a.id = h.account_id
order by h.on_day, h.id
