-- One row per account.
select
    a.id, a.name, a.domain, s.account, s.owner, s.team, s.region, s.country, s.industry, s.segment, s.size, a.status,
    a.employees, a.created_at, business_day(a.created_at) as created_on
from raw.account a
join shared.account s on s.id = a.id
where a.archived_at is null and touched(a.id)
order by a.created_at, a.id
