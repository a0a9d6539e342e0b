-- One row per stay of a member in the product.
select
    s.id, o.owner, o.team, o.role, s.logged_in_at, business_day(s.logged_in_at) as logged_in_on
from raw.session s
left join shared.owner o on o.id = s.member_id
where s.archived_at is null and touched(s.id)
order by s.logged_in_at, s.id
