-- One row per member still with us in the records.
select
    m.id, m.name, m.name as owner, m.role, t.name as team, t.region, m.is_active as active, m.licensed, m.joined_on, m.left_on
from raw.member m
left join raw.team t on t.id = m.team_id
where m.archived_at is null and touched(m.id)
order by m.id
