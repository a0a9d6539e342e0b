-- One row per amount spent.
select
    s.id, s.channel, c.campaign, s.purpose, s.category, s.currency,
    cast(s.amount * r.rate as decimal(19, 4)) as amount,
    s.amount as amount_original, s.spent_on
from raw.spend s
left join shared.campaign c on c.id = s.campaign_id
asof left join shared.rate r on r.currency = s.currency and r.day <= s.spent_on
where s.archived_at is null and touched(s.id)
order by s.spent_on, s.id
