-- One row per change of a record, with the member who made it; nobody for what came in by an import.
select
    c.id, c.record, c.record_id, c.field, c.from_value, c.to_value, c.member_id, o.owner, o.team, o.region, o.role, c.origin,
    c.field = '' as created,
    c.member_id * 100000 + (business_day(c."at") - date '1970-01-01') as member_day,
    c."at" as changed_at, business_day(c."at") as changed_on, c.known_at
from raw.change c
left join shared.owner o on o.id = c.member_id
where touched(c.id)
order by c.id
