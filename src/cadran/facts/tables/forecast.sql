-- One row per forecast as it was issued: what an owner, or a method for him, said that his won deals of a period would come to, and what
-- they came to. First and latest: among those of the same owner, period and category.
with issued as (
    select
        f.*, o.owner, o.team, o.region, business_day(f."at") as issued_on,
        row_number() over (partition by f.owner_id, f.starts_on, f.ends_on, f.category order by f."at", f.id) = 1 as first,
        row_number() over (partition by f.owner_id, f.starts_on, f.ends_on, f.category order by f."at" desc, f.id desc) = 1 as latest
    from raw.forecast_submission f
    left join shared.owner o on o.id = f.owner_id
    where f.archived_at is null and touched(f.owner_id)
),
rate as (
    select k.currency, k.day, r.rate
    from (select distinct currency, issued_on as day from issued) k
    asof join shared.rate r on r.currency = k.currency and r.day <= k.day
),
came as (
    select i.id, sum(d.amount) as amount
    from issued i
    join main.deal d on d.owner = i.owner and d.outcome = 'won' and d.closed_on >= i.starts_on and d.closed_on < i.ends_on
    group by i.id
),
counted as (
    select i.*, at_rate(i.amount, r.rate) as said, coalesce(c.amount, 0) as actual
    from issued i
    left join rate r on r.currency = i.currency and r.day = i.issued_on
    left join came c on c.id = i.id
)
select
    owner_id, id, owner, team, region, category, first, latest, said as amount, currency, cast(actual as decimal(19, 4)) as actual,
    cast(said - actual as decimal(19, 4)) as error, cast(abs(said - actual) as decimal(19, 4)) as miss,
    "at" as issued_at, issued_on, starts_on, ends_on, ends_on - 1 as last_on
from counted
order by issued_at, id
