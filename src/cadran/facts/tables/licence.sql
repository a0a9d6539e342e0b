-- One row per stretch of days in which a member had a licence: from the day he joined (or was recorded) to the day he left, less
-- what the recorded changes of `licensed` say he was without. Who left was licensed until then, unless they say otherwise.
-- He adopted the product on the third day he signed in within seven days.
with flip as (
    select
        c.record_id as member_id, business_day(c."at") as on_day,
        arg_max(c.to_value, {'at': c."at", 'id': c.id}) = 'true' as licensed,
        arg_min(c.from_value, {'at': c."at", 'id': c.id}) = 'true' as before
    from raw.change c
    where c.record = 'member' and c.field = 'licensed' and touched(c.record_id)
    group by c.record_id, on_day
),
begun as (
    select
        m.id as member_id, coalesce(m.joined_on, business_day(m.created_at)) as on_day, m.left_on,
        coalesce(f.licensed, m.licensed or m.left_on is not null) as licensed
    from raw.member m
    left join (select member_id, arg_min(before, on_day) as licensed from flip group by member_id) f on f.member_id = m.id
    where m.archived_at is null and touched(m.id)
),
point as (
    select member_id, on_day, licensed, 0 as turn from begun
    union all
    select f.member_id, greatest(f.on_day, b.on_day), f.licensed, row_number() over (partition by f.member_id order by f.on_day)
    from flip f
    join begun b on b.member_id = f.member_id
),
settled as (
    select member_id, on_day, arg_max(licensed, turn) as licensed from point group by member_id, on_day
),
turned as (
    select *, lag(licensed, 1, false) over member_days as was from settled
    window member_days as (partition by member_id order by on_day)
    qualify licensed <> was
),
stretch as (
    select member_id, on_day as from_on, licensed, lead(on_day) over (partition by member_id order by on_day) as next_on from turned
),
signed_in as (
    select distinct s.member_id, business_day(s.logged_in_at) as on_day
    from raw.session s
    where s.archived_at is null and touched(s.member_id)
),
adopted as (
    select member_id, min(third_on) as adopted_on
    from (select member_id, on_day, lead(on_day, 2) over (partition by member_id order by on_day) as third_on from signed_in)
    where third_on - on_day < 7
    group by member_id
),
ended as (
    select s.member_id, s.from_on, least(s.next_on, b.left_on) as to_on
    from stretch s
    join begun b on b.member_id = s.member_id
    where s.licensed and (b.left_on is null or s.from_on <= b.left_on)
)
select
    e.member_id, o.owner as member, o.owner, o.team, o.region, o.role, e.from_on, e.to_on,
    case when a.adopted_on < coalesce(e.to_on, date '9999-12-31') then greatest(a.adopted_on, e.from_on) end as adopted_on
from ended e
left join shared.owner o on o.id = e.member_id
left join adopted a on a.member_id = e.member_id
where touched(e.member_id)
order by e.from_on, e.member_id
