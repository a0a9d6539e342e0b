-- One row per stretch as a customer that has ended, or will when nothing more comes. It is a table of its own so that reasons for leaving
-- split those who left, and not those who were there: who stays has none.
select
    s.account_id, s.basis, s.sequence, s.account, s.owner, s.team, s.region, s.country, s.industry, s.segment, s.size, s.reason,
    s.started_on, s.ended_on
from main.customer_span s
where s.ended_on is not null and touched(s.account_id)
order by s.ended_on, s.account_id
