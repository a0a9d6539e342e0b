-- One row per customer and month: its health on the first day of the month, by what was recorded before that day. Each measure goes from
-- 0 to 100; those that cannot be had are left out, and the others weigh as much more. The last row of a customer about whom nothing has
-- been heard for a year stands on.
with span as (
    select account_id, started_on, ended_on from main.customer_span where basis = 'any' and touched(account_id)
),
heard as (
    select o.account_id, date_trunc('month', o.placed_on) as month, null as uses, null as tickets, null as felt, o.placed_on as ordered_on
    from main."order" o
    where o.sequence is not null and touched(o.account_id)
    union all
    select u.account_id, date_trunc('month', u.day), coalesce(u.count, 1), null, null, null
    from raw.usage u
    where u.archived_at is null and u.day is not null and touched(u.account_id)
    union all
    select t.account_id, date_trunc('month', business_day(t.opened_at)), null, 1, null, null
    from raw.ticket t
    where t.archived_at is null and t.opened_at is not null and touched(t.account_id)
    union all
    select w.account_id, date_trunc('month', w.answered_on), null, null, (w.ease - w.scale_min) / nullif(w.scale_max - w.scale_min, 0), null
    from main.answer w
    where w.answered_on is not null and w.ease is not null and touched(w.account_id)
),
spoken as (
    select
        account_id, cast(month as date) as month, sum(uses) as uses, sum(tickets) as tickets, avg(felt) as felt, max(ordered_on) as ordered_on
    from heard
    where account_id is not null
    group by account_id, heard.month
),
last_heard as (
    select account_id, max(month) as month from spoken group by account_id
),
bounded as (
    select
        s.account_id, s.ended_on, cast(date_trunc('month', s.started_on) + interval 1 month as date) as first_month,
        cast(date_trunc('month', least(
            coalesce(s.ended_on, date '9999-01-01'), greatest(coalesce(h.month, s.started_on), s.started_on) + interval 13 month
        )) as date) as last_month
    from span s
    left join last_heard h on h.account_id = s.account_id
),
month as (
    select
        account_id, ended_on, last_month,
        cast(unnest(range(first_month::timestamp, last_month + interval 1 day, interval 1 month)) as date) as month
    from bounded
),
looked as (
    select
        account_id, month, ended_on, asked, month = last_month as last,
        sum(uses) over recent as uses, sum(uses) over earlier as uses_before, count(uses) over ever as used,
        coalesce(sum(tickets) over recent, 0) as tickets, count(tickets) over ever as asked_help,
        last_value(felt ignore nulls) over year as felt, max(ordered_on) over ever as ordered_on
    from (
        select account_id, month, null as ended_on, null as last_month, false as asked, uses, tickets, felt, ordered_on from spoken
        union all
        select account_id, month, ended_on, last_month, true, null, null, null, null from month
    )
    window
        recent as (partition by account_id order by month range between interval 3 month preceding and interval 1 month preceding),
        earlier as (partition by account_id order by month range between interval 6 month preceding and interval 4 month preceding),
        year as (partition by account_id order by month range between interval 12 month preceding and interval 1 month preceding),
        ever as (partition by account_id order by month range between unbounded preceding and interval 1 month preceding)
),
measured as (
    select
        account_id, month, ended_on, last,
        case when used > 0 then
            100 * least(1.0, coalesce(uses, 0) / greatest(coalesce(uses_before, 0), 1)::double) end as usage,
        100 * felt as feedback,
        case when asked_help > 0 then 100 - 25 * least(tickets, 4) end as support,
        case when ordered_on is not null then 100 * greatest(0, 365 - (month - ordered_on)) / 365.0 end as purchases
    from looked
    where asked
),
weighed as (
    select
        account_id, month, ended_on, last,
        cast(usage as decimal(19, 6)) as usage, cast(feedback as decimal(19, 6)) as feedback,
        cast(support as decimal(19, 6)) as support, cast(purchases as decimal(19, 6)) as purchases,
        case when usage is null then 0 else 30 end + case when feedback is null then 0 else 25 end
            + case when support is null then 0 else 20 end + case when purchases is null then 0 else 25 end as weight
    from measured
),
scored as (
    select
        *,
        cast(30 * coalesce(usage, 0) / nullif(weight, 0)::double as decimal(19, 6)) as usage_points,
        cast(25 * coalesce(feedback, 0) / nullif(weight, 0)::double as decimal(19, 6)) as feedback_points,
        cast(20 * coalesce(support, 0) / nullif(weight, 0)::double as decimal(19, 6)) as support_points,
        cast(25 * coalesce(purchases, 0) / nullif(weight, 0)::double as decimal(19, 6)) as purchase_points
    from weighed
)
select
    s.account_id, 12 * year(s.month) + month(s.month) as sequence,
    a.account, a.owner, a.team, a.region, a.country, a.industry, a.segment, a.size,
    s.usage, s.feedback, s.support, s.purchases, s.usage_points, s.feedback_points, s.support_points, s.purchase_points,
    cast(s.usage_points + s.feedback_points + s.support_points + s.purchase_points as decimal(19, 6)) as score,
    cast(s.weight / 100.0 as decimal(19, 6)) as coverage,
    case
        when s.usage_points + s.feedback_points + s.support_points + s.purchase_points >= 70 then 'good'
        when s.usage_points + s.feedback_points + s.support_points + s.purchase_points >= 40 then 'fair'
        when s.weight > 0 then 'poor'
    end as level,
    cast(s.month - interval 1 day as date) as from_on,
    case when s.last then s.ended_on else cast(s.month + interval 1 month - interval 1 day as date) end as to_on
from scored s
left join (
    from shared.account
    --touched: where touched(id)
) a on a.id = s.account_id
