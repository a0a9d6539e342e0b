-- One row per stay in a stage: the states that follow one another in the same stage, as they were when it began.
with entry as (
    select *
    from main.deal_version
    where touched(deal_id)
    qualify sequence = 1
        or lag(stage) over (partition by deal_id order by sequence) is distinct from stage
        or lag(pipeline) over (partition by deal_id order by sequence) is distinct from pipeline
),
stay as (
    select *, lead(from_at) over (partition by deal_id order by sequence) as left_at from entry
)
select
    s.deal_id, row_number() over (partition by s.deal_id order by s.sequence) as sequence,
    s.deal, s.account_id, s.account, s.owner, s.team, s.region, s.country, s.industry, s.segment, s.size, s.product, s.family,
    s.channel, s.campaign, s.pipeline, s.stage, s.kind, s.outcome, d.outcome as deal_outcome, s.amount,
    s.from_at as entered_at, s.from_on as entered_on, s.left_at, business_day(s.left_at) as left_on,
    days_between(s.from_at, s.left_at) as days
from stay s
join main.deal d on d.id = s.deal_id
where s.stage is not null
order by entered_at, s.deal_id, sequence
