-- One row per deal and open stage of its pipeline that it reached or passed. Winning passes them all; losing passes none.
-- A stage that a deal went through within one moment was visited too.
with entry as (
    select e.deal_id, d.pipeline, s.pipeline_id, s.rank, min(e.entered_at) as entered_at
    from fresh.deal_stage e
    join main.deal d on d.id = e.deal_id
    join shared.stage s on s.pipeline = e.pipeline and s.stage = e.stage
    where s.pipeline = d.pipeline and s.rank is not null and touched(e.deal_id) and touched(d.id)
    group by all
),
reached as (
    select
        e.deal_id, s.stage, s.stage_order,
        business_day(min(e.entered_at)) as entered_on,
        business_day(min(e.entered_at) filter (e.rank > s.rank)) as passed_on,
        bool_or(e.rank = s.rank) as visited,
        bool_or(e.rank = s.next_rank) as visited_next
    from entry e
    join shared.stage s on s.pipeline_id = e.pipeline_id and s.rank <= e.rank
    where s.in_use
    group by e.deal_id, s.stage, s.stage_order
),
stays as (
    select deal_id, pipeline, stage, sum(days) as total_days
    from fresh.deal_stage
    where touched(deal_id)
    group by all
)
select
    d.id as deal_id, d.name as deal, d.account_id, d.account, d.owner, d.team, d.region, d.country, d.industry, d.segment, d.size,
    d.product, d.family, d.channel, d.campaign, d.pipeline, r.stage, d.kind, d.outcome as deal_outcome, r.stage_order, d.amount,
    cast(t.total_days as decimal(19, 6)) as total_days,
    r.entered_on, r.passed_on is not null as passed, r.passed_on, r.visited, r.visited_next, d.outcome <> 'open' as closed
from reached r
join main.deal d on d.id = r.deal_id
left join stays t on t.deal_id = r.deal_id and t.pipeline = d.pipeline and t.stage = r.stage
where touched(d.id)
order by r.entered_on, d.id, r.stage_order, r.stage
