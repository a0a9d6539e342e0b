-- One row per account that became a customer: its first purchase, a won deal or an order, whichever came first. It was brought by the channel
-- and campaign of its first lead, when that lead came before, else by those of the purchase.
with purchase as (
    select w.account_id, w.won_on as became_on, 'deal' as bought_by, w.deal_id, null as order_id, w.channel, w.campaign, w.amount
    from main.first_win w
    where touched(w.account_id)
    union all
    select o.account_id, o.ordered_on, 'order', null, o.order_id, o.channel, null, o.amount
    from main.first_order o
    where touched(o.account_id)
),
first_purchase as (
    select * from purchase
    qualify row_number() over (partition by account_id order by became_on, bought_by) = 1
),
first_lead as (
    select l.account_id, l.id, business_day(l.created_at) as created_on, l.channel, c.campaign
    from raw.lead l
    left join shared.campaign c on c.id = l.campaign_id
    where l.archived_at is null and touched(l.account_id)
    qualify row_number() over (partition by l.account_id order by l.created_at, l.id) = 1
)
select
    p.account_id, l.id as lead_id, p.deal_id, p.order_id, a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size,
    case when coalesce(l.channel, l.campaign) is not null then l.channel else p.channel end as channel,
    case when coalesce(l.channel, l.campaign) is not null then l.campaign else p.campaign end as campaign,
    p.bought_by, strftime(p.became_on, '%Y') as became_in, p.amount, p.became_on, p.became_on - l.created_on as lead_days
from first_purchase p
join (
    from shared.account
    where touched(id)
) a on a.id = p.account_id
left join first_lead l on l.account_id = p.account_id and l.created_on <= p.became_on
order by p.became_on, p.account_id
