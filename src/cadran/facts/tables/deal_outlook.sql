-- One row per stretch of days in which nothing changed that the quality or the risk of an open deal rests on. What a day's end sees:
-- silent and cold: nothing happened on it for 14 and 30 days; late: its expected close has passed; pushed: its expected close was put
-- off at least twice; stuck: longer in its stage than this allows, where it says nothing than twice the median last noted before it
-- came; cut: it was worth more before, while open; planned: it has a next step that is not past. Its score is the last one given.
with state as (
    select
        deal_id, sequence, pipeline, stage, outcome, expected_close_on, from_on, to_on,
        count(*) filter (expected_close_on > former_close_on) over so_far >= 2 as pushed,
        coalesce(amount < max(amount) filter (outcome = 'open') over so_far, false) as cut, -- closed ones are at another day's rate
        max(case when stage is distinct from former_stage or former_stage is null then from_on end) over so_far as entered_on
    from (
        select
            deal_id, sequence, pipeline, stage, outcome, amount, expected_close_on, from_on, to_on,
            lag(expected_close_on) over deal_states as former_close_on, lag(stage) over deal_states as former_stage
        from main.deal_version
        where touched(deal_id)
        window deal_states as (partition by deal_id order by sequence)
    )
    window so_far as (partition by deal_id order by sequence)
),
noted as (
    select s.pipeline, s.stage, c."at", c.id, c.value
    from raw.score c
    join shared.stage s on s.id = c.record_id
    where c.record = 'stage' and c.kind = 'median_days' and c.archived_at is null
),
median as (
    select pipeline, stage, business_day("at") as noted_on, arg_max(value, {'at': "at", 'id': id}) as days from noted group by all
),
allowed as (
    select v.*, cast(coalesce(r.rotten_after_days, ceil(2 * m.days)) as integer) as allowed_days
    from state v
    left join shared.stage s on s.pipeline = v.pipeline and s.stage = v.stage
    left join raw.stage r on r.id = s.id
    asof left join median m on m.pipeline = v.pipeline and m.stage = v.stage and m.noted_on <= v.entered_on
    where v.to_on is null or v.to_on > v.from_on
),
-- The probability of each stage from a day on; until the first change of it, what this one replaced.
moved_odds as (
    select
        c.record_id as stage_id, business_day(c."at") as on_day,
        arg_max_null(c.to_value, {'at': c."at", 'id': c.id}) as put, arg_min_null(c.from_value, {'at': c."at", 'id': c.id}) as replaced
    from raw.change c
    where c.record = 'stage' and c.field = 'probability'
    group by c.record_id, on_day
),
odds as (
    select s.pipeline, s.stage, m.on_day, try_cast(m.put as decimal(19, 6)) as probability
    from moved_odds m
    join shared.stage s on s.id = m.stage_id
    union all
    select
        s.pipeline, s.stage, date '0001-01-01',
        case when count(m.stage_id) > 0 then try_cast(arg_min_null(m.replaced, m.on_day) as decimal(19, 6)) else any_value(s.probability) end
    from shared.stage s
    left join moved_odds m on m.stage_id = s.id
    group by s.id, s.pipeline, s.stage
),
moved_step as (
    select
        c.record_id as deal_id, business_day(c."at") as on_day,
        arg_max_null(c.to_value, {'at': c."at", 'id': c.id}) as put, arg_min_null(c.from_value, {'at': c."at", 'id': c.id}) as replaced
    from raw.change c
    where c.record = 'deal' and c.field = 'next_step_on' and touched(c.record_id)
    group by c.record_id, on_day
),
step as (
    select deal_id, on_day, try_cast(put as date) as next_step_on from moved_step
    union all
    select
        d.id, date '0001-01-01', case when bool_or(m.deal_id is not null) then try_cast(arg_min_null(m.replaced, m.on_day) as date)
            else any_value(d.next_step_on) end
    from raw.deal d
    left join moved_step m on m.deal_id = d.id
    where touched(d.id)
    group by d.id
),
scored as (
    select c.record_id as deal_id, business_day(c."at") as on_day, arg_max(c.value, {'at': c."at", 'id': c.id}) as score
    from raw.score c
    where c.record = 'deal' and c.archived_at is null and touched(c.record_id)
    group by c.record_id, on_day
),
touch as (
    select deal_id, on_day, lead(on_day) over (partition by deal_id order by on_day) as next_on
    from (
        select deal_id, from_on as on_day from state
        union
        select deal_id, business_day("at") from raw.activity where not automated and archived_at is null and touched(deal_id)
    )
),
cut as (
    select deal_id, from_on as on_day from allowed
    union
    select deal_id, on_day + days from touch, (values (14), (30)) as t(days) where next_on is null or next_on > on_day + days
    union
    select deal_id, next_on from touch where next_on > on_day + 14
    union
    select deal_id, expected_close_on + 1 from allowed where expected_close_on is not null
    union
    select deal_id, entered_on + allowed_days from allowed where allowed_days is not null
    union
    select v.deal_id, o.on_day
    from allowed v
    join odds o on o.pipeline = v.pipeline and o.stage = v.stage and o.on_day > v.from_on and (v.to_on is null or o.on_day < v.to_on)
    union
    select deal_id, on_day from step
    union
    select deal_id, next_step_on + 1 from step where next_step_on is not null
    union
    select deal_id, on_day from scored
),
-- One sort in place of a join for each: what was last told of the deal by the end of each of these days.
told as (
    select deal_id, from_on as on_day, sequence, null as touched_on, null as step_on, null as score, false as cuts from allowed
    union all
    select deal_id, on_day, null, on_day, null, null, false from touch
    union all
    select deal_id, on_day, null, null, coalesce(next_step_on, date '0001-01-01'), null, false from step
    union all
    select deal_id, on_day, null, null, null, score, false from scored
    union all
    select deal_id, on_day, null, null, null, null, true from cut
),
day as (
    select
        deal_id, on_day, max(sequence) as sequence, max(touched_on) as touched_on, max(step_on) as step_on, max(score) as score,
        bool_or(cuts) as cuts
    from told
    group by deal_id, on_day
),
known as (
    select
        deal_id, on_day, cuts,
        last_value(sequence ignore nulls) over by_then as sequence,
        last_value(touched_on ignore nulls) over by_then as touched_on,
        last_value(step_on ignore nulls) over by_then as step_on,
        last_value(score ignore nulls) over by_then as score
    from day
    window by_then as (partition by deal_id order by on_day rows between unbounded preceding and current row)
),
seen as (
    select
        v.deal_id, v.sequence as state, v.outcome, v.pushed, v.cut,
        c.on_day, lead(c.on_day) over (partition by c.deal_id order by c.on_day) as until_on,
        c.on_day >= c.touched_on + 14 as silent, c.on_day >= c.touched_on + 30 as cold,
        coalesce(v.expected_close_on < c.on_day, false) as late,
        coalesce(c.on_day >= v.entered_on + v.allowed_days, false) as stuck,
        coalesce(c.step_on >= c.on_day, false) as planned,
        c.score
    from known c
    join allowed v on v.deal_id = c.deal_id and v.sequence = c.sequence
    where c.cuts
),
stretch as (
    select *, row_number() over (partition by deal_id order by on_day) as sequence
    from seen
    where outcome = 'open' and (until_on is null or until_on > on_day)
)
select
    s.deal_id, s.sequence, v.deal, v.account_id, v.account, v.owner, v.team, v.region,
    v.country, v.industry, v.segment, v.size, v.product, v.family, v.channel, v.campaign, v.pipeline, v.stage, v.kind, v.forecast_category,
    v.deal_size, v.close_month,
    case when s.cold then 'cold' when s.late then 'late' when s.pushed then 'pushed' when s.stuck then 'stuck' when s.cut then 'cut'
        else 'none' end as risk,
    cast(s.cold as integer) + cast(s.late as integer) + cast(s.pushed as integer) + cast(s.stuck as integer)
        + cast(s.cut as integer) as risks,
    s.silent, s.cold, s.late, s.pushed, s.stuck, s.cut, s.planned, v.amount, cast(v.amount * o.probability as decimal(19, 4)) as weighted_amount, s.score, v.expected_close_on,
    s.on_day as from_on, s.until_on as to_on
from stretch s
join (from main.deal_version where touched(deal_id)) v on v.deal_id = s.deal_id and v.sequence = s.state
asof left join odds o on o.pipeline = v.pipeline and o.stage = v.stage and o.on_day <= s.on_day
order by from_on, s.deal_id
