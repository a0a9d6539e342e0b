-- One row per lead. It is answered by the first call, e-mail or meeting that a person, not a machine, made towards it.
with answer as (
    select l.id as lead_id, min(a."at") as responded_at
    from raw.lead l
    join raw.activity a on a.lead_id = l.id and a."at" >= l.created_at
    where a.kind in ('call', 'email', 'meeting') and not a.automated and a.archived_at is null
        and coalesce(a.direction, 'out') not in ('inbound', 'in', 'incoming') and touched(l.id) and touched(a.lead_id)
    group by l.id
)
select
    l.id, l.name, l.company, l.account_id, l.deal_id, o.owner, o.team, l.region, l.industry, l.channel, c.campaign, l.status,
    l.disqualified_reason as reason, l.created_at, business_day(l.created_at) as created_on,
    business_day(l.qualified_at) as qualified_on, business_day(l.converted_at) as converted_on,
    business_day(l.disqualified_at) as disqualified_on,
    business_day(least(l.converted_at, l.disqualified_at)) as settled_on, a.responded_at,
    minutes_between(l.created_at, a.responded_at) as response_minutes
from raw.lead l
left join shared.owner o on o.id = l.owner_id
left join shared.campaign c on c.id = l.campaign_id
left join answer a on a.lead_id = l.id
where l.archived_at is null and touched(l.id)
order by l.created_at, l.id
