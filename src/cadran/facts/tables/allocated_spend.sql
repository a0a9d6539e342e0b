-- One row per amount spent to win customers and channel that bears it. What was spent on no channel in particular is borne by the channels in
-- proportion to the customers that they brought in the month; when none came, by no channel.
with spent as (
    select s.*, date_trunc('month', s.spent_on) as month
    from main.spend s
    where s.purpose = 'acquisition' and touched(s.id)
),
brought as (
    select date_trunc('month', n.became_on) as month, n.channel, count(*) as customers
    from main.new_customer n
    where date_trunc('month', n.became_on) in (select month from spent where channel is null)
    group by 1, 2
),
placed as (
    select s.id, s.channel, s.campaign, s.category, s.spent_on, s.amount, false as allocated, 1 as one, 1 as all_of_it
    from spent s
    where s.channel is not null
    union all
    select
        s.id, b.channel, s.campaign, s.category, s.spent_on, s.amount, true, coalesce(b.customers, 1),
        coalesce(sum(b.customers) over (partition by s.id), 1)
    from spent s
    left join brought b on b.month = s.month
    where s.channel is null
),
numbered as (
    select
        *, row_number() over (partition by id order by channel nulls last) as part, count(*) over (partition by id) as parts,
        cast(round(amount * one / all_of_it, 4) as decimal(19, 4)) as share
    from placed
)
select
    id as spend_id, part, channel, campaign, category, allocated, spent_on,
    -- what does not divide evenly goes to the last
    case when part = parts
        then amount - coalesce(sum(share) over (partition by id order by part rows between unbounded preceding and 1 preceding), 0)
        else share end as amount
from numbered
order by spent_on, id, part
