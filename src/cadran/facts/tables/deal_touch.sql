-- One row per thing that happened on an open deal: a move (its stage changed), an edit (another field that makes a state), an activity
-- that no automation carried out. Owner and stage are those that the deal had when it happened.
with state as (
    select *, lag(stage) over deal_states as stage_before, lag(outcome) over deal_states as outcome_before
    from fresh.deal_version
    where touched(deal_id)
    window deal_states as (partition by deal_id order by sequence)
),
happened as (
    select
        deal_id, sequence, case when stage is distinct from stage_before then 'move' else 'edit' end as touch,
        stage_before as stage, owner, team, region, pipeline, from_at as "at"
    from state
    where sequence > 1 and outcome_before = 'open'
    union all
    select a.deal_id, null, 'activity', s.stage, s.owner, s.team, s.region, s.pipeline, a."at"
    from (
        select deal_id, "at" from raw.activity
        where not automated and archived_at is null and touched(deal_id)
    ) a
    asof join (
        from state
        where to_at is null or to_at > from_at -- of several states of a moment, the last
    ) s on s.deal_id = a.deal_id and s.from_at <= a."at"
    where s.outcome = 'open'
)
select
    h.deal_id, row_number() over (partition by h.deal_id order by h."at", h.sequence, h.touch) as sequence,
    d.name as deal, d.account_id, d.account, h.touch, h.owner, h.team, h.region, d.industry, d.segment, h.pipeline, h.stage,
    h."at" as touched_at, business_day(h."at") as touched_on
from happened h
join main.deal d on d.id = h.deal_id
where touched(d.id)
order by touched_at, h.deal_id, sequence
