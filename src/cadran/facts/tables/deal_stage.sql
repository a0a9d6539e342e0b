-- One row per stay in a stage: the states that follow one another in the same stage, as they were when it began. A stage that
-- a deal passed within one moment is a stay of no length.
with entry as (
    select deal_id, sequence, stage, from_at
    from fresh.deal_version
    where touched(deal_id)
    qualify sequence = 1
        or lag(stage) over (partition by deal_id order by sequence) is distinct from stage
        or lag(pipeline) over (partition by deal_id order by sequence) is distinct from pipeline
),
stay as (
    select deal_id, sequence, stage, lead(from_at) over (partition by deal_id order by sequence) as left_at from entry
),
numbered as (
    select deal_id, sequence, left_at, row_number() over (partition by deal_id order by sequence) as number
    from stay
    where stage is not null
)
select
    v.deal_id, n.number as sequence, v.deal, v.account_id, v.account, v.owner, v.team, v.region, v.country, v.industry, v.segment,
    v.size, v.product, v.family, v.channel, v.campaign, v.pipeline, v.stage, v.kind, v.outcome, d.outcome as deal_outcome, v.amount,
    v.from_at as entered_at, v.from_on as entered_on, n.left_at, business_day(n.left_at) as left_on,
    days_between(v.from_at, n.left_at) as days
from numbered n
join fresh.deal_version v on v.deal_id = n.deal_id and v.sequence = n.sequence
join main.deal d on d.id = n.deal_id
where touched(v.deal_id) and touched(d.id)
order by entered_at, v.deal_id, n.number
