-- One row per touch that came before its account became a customer, with its share of the credit for it: all to the first, all to the last, or
-- the same to each. A customer whom nothing recorded touched has one row without a channel, so that the shares add up to the customers.
with reached as (
    select t.id, coalesce(t.account_id, p.account_id, l.account_id) as account_id, t."at", t.channel, c.campaign
    from raw.touch t
    left join raw.contact p on p.id = t.contact_id
    left join raw.lead l on l.id = t.lead_id
    left join shared.campaign c on c.id = t.campaign_id
    where t.archived_at is null and (touched(t.account_id) or touched(p.account_id) or touched(l.account_id))
),
ranked as (
    select
        n.account_id, n.account, n.owner, n.team, n.region, n.country, n.industry, n.segment, n.size, n.became_on, n.amount,
        r.channel, r.campaign, r.id as touch_id, r."at" as touched_at,
        row_number() over (partition by n.account_id order by r."at", r.id) as sequence,
        count(*) over (partition by n.account_id) as touches
    from main.new_customer n
    left join reached r on r.account_id = n.account_id and business_day(r."at") <= n.became_on
    where touched(n.account_id)
),
-- What does not divide evenly goes to the last.
shared_out as (
    select
        *, sequence = 1 as first, sequence = touches as last,
        cast(round(1.0 / touches, 6) as decimal(19, 6)) as share, cast(round(amount / touches, 4) as decimal(19, 4)) as part
    from ranked
)
select
    account_id, sequence, touch_id, account, owner, team, region, country, industry, segment, size, channel, campaign,
    case when touch_id is null then 0 else touches end as touches, touched_at, business_day(touched_at) as touched_on, became_on,
    cast(first as integer) as first_share, cast(last as integer) as last_share,
    case when last then 1 - (touches - 1) * share else share end as linear_share,
    case when first then amount else amount * 0 end as first_amount,
    case when last then amount else amount * 0 end as last_amount,
    case when last then amount - (touches - 1) * part else part end as linear_amount
from shared_out
order by became_on, account_id, sequence
