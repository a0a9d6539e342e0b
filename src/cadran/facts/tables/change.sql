-- One row per change of a record.
select
    c.id, c.record, c.record_id, c.field, c.from_value, c.to_value, o.owner as author, c.origin, c.field = '' as created,
    c."at" as changed_at, business_day(c."at") as changed_on, c.known_at
from raw.change c
left join shared.owner o on o.id = c.member_id
where touched(c.id)
order by c.id
