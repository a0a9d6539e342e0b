-- One row per stay of a member in the product.
select
    s.id, s.member_id, o.owner, o.team, o.region, o.role, s.logged_in_at, business_day(s.logged_in_at) as logged_in_on,
    s.member_id * 100000 + (business_day(s.logged_in_at) - date '1970-01-01') as member_day
from raw.session s
left join shared.owner o on o.id = s.member_id
where s.archived_at is null and touched(s.id)
order by s.logged_in_at, s.id
