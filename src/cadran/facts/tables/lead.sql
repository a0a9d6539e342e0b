-- One row per lead. It is answered by the first call, e-mail or meeting that a person, not a machine, made towards it, and worked by the first
-- thing of any kind that a person did about it. What it became is read from its own dates, from the statuses it had, from its deal and from the
-- first purchase of its account; who reached a later step has reached the earlier ones, on that day at the latest.
with done as (
    select
        l.id as lead_id,
        min(a."at") filter (a.kind in ('call', 'email', 'meeting') and outgoing(a.direction)) as responded_at,
        min(a."at") filter (outgoing(a.direction)) as worked_at,
        count(*) filter (early and a.kind = 'email' and a.opened_at < l.created_at + interval 14 day) as opened,
        count(*) filter (early and a.kind = 'email' and a.clicked_at < l.created_at + interval 14 day) as clicked,
        count(*) filter (
            early and ((a.kind in ('call', 'email') and not outgoing(a.direction)) or a.replied_at < l.created_at + interval 14 day)
        ) as replied,
        count(*) filter (early and a.kind = 'meeting') as met
    from raw.lead l
    join raw.activity a on a.lead_id = l.id and a."at" >= l.created_at,
    lateral (select a."at" < l.created_at + interval 14 day as early)
    where not a.automated and a.archived_at is null and touched(l.id) and touched(a.lead_id)
    group by l.id
),
visited as (
    select
        l.id as lead_id,
        sum(case when v.started_at >= l.created_at - interval 30 day then 2 when v.started_at >= l.created_at - interval 90 day then 1 else 0 end)
            as halves
    from raw.lead l
    join raw.visit v on v.lead_id = l.id and v.started_at < l.created_at + interval 14 day
    where v.archived_at is null and touched(l.id) and touched(v.lead_id)
    group by l.id
),
reached as (
    select
        l.id as lead_id,
        sum(case when t."at" >= l.created_at - interval 30 day then 2 when t."at" >= l.created_at - interval 90 day then 1 else 0 end) as halves
    from raw.lead l
    join raw.touch t on t.lead_id = l.id and t."at" < l.created_at + interval 14 day
    where t.archived_at is null and touched(l.id) and touched(t.lead_id)
    group by l.id
),
-- The statuses it had, the first one from its creation on.
had as (
    select c.record_id as lead_id, c.to_value as status, c."at" as had_at
    from raw.change c
    where c.record = 'lead' and c.field = 'status' and touched(c.record_id)
    union all
    select c.record_id, arg_min_null(c.from_value, {'at': c."at", 'id': c.id}), null
    from raw.change c
    where c.record = 'lead' and c.field = 'status' and touched(c.record_id)
    group by c.record_id
    union all
    select l.id, l.status, null
    from raw.lead l
    where touched(l.id)
        and l.id not in (select c.record_id from raw.change c where c.record = 'lead' and c.field = 'status' and touched(c.record_id))
),
step as (
    select
        h.lead_id,
        min(coalesce(h.had_at, l.created_at)) filter (s.step = 'mql') as mql_at,
        min(coalesce(h.had_at, l.created_at)) filter (s.step = 'sql') as sql_at,
        min(coalesce(h.had_at, l.created_at)) filter (s.step = 'deal') as deal_at
    from had h
    join shared.lead_step s on s.status = lower(trim(h.status))
    join raw.lead l on l.id = h.lead_id
    where touched(l.id)
    group by h.lead_id
),
became as (
    select
        l.*, business_day(l.created_at) as created_on, business_day(l.qualified_at) as qualified_on, business_day(l.converted_at) as converted_on,
        business_day(s.mql_at) as step_mql_on, business_day(s.sql_at) as step_sql_on,
        least(
            business_day(s.deal_at), case when d.created_on is not null then greatest(d.created_on, business_day(l.created_at)) end,
            business_day(l.converted_at)
        ) as own_deal_on,
        case when d.outcome = 'won' then d.closed_on end as won_on, d.amount as won_amount,
        case when n.became_on >= business_day(l.created_at) then n.became_on end as bought_on, n.bought_by, n.amount as bought_amount,
        case when l.account_id is null and l.deal_id is null then business_day(l.converted_at) end as only_converted_on
    from raw.lead l
    left join step s on s.lead_id = l.id
    left join (
        from main.deal
        --touched: where id in (select deal_id from raw.lead where touched(id))
    ) d on d.id = l.deal_id
    left join (
        from main.new_customer
        --touched: where account_id in (select account_id from raw.lead where touched(id))
    ) n on n.account_id = l.account_id
    where l.archived_at is null and touched(l.id)
),
chained as (
    select
        *, least(won_on, bought_on, only_converted_on) as customer_on, least(own_deal_on, won_on, bought_on, only_converted_on) as deal_on
    from became
),
scored as (
    select
        b.id,
        case when b.company is not null then 10 else 0 end as points_company,
        case when b.industry is not null then 10 else 0 end as points_industry,
        case when b.email is null then 0 when lower(trim(split_part(b.email, '@', 2))) in (select f.domain from shared.free_mail f) then 5 else 10 end
            as points_email,
        case when b.phone is not null then 10 else 0 end as points_phone,
        least(15.0, coalesce(v.halves, 0) * 2.5) as points_visits,
        least(10.0, coalesce(t.halves, 0) * 2.5) as points_touches,
        case when d.clicked > 0 then 15 when d.opened > 0 then 5 else 0 end as points_clicks,
        case when d.replied > 0 then 10 else 0 end as points_reply,
        case when d.met > 0 then 10 else 0 end as points_meeting
    from became b
    left join done d on d.lead_id = b.id
    left join visited v on v.lead_id = b.id
    left join reached t on t.lead_id = b.id
),
added as (
    select
        *, points_company + points_industry + points_email + points_phone as points_fit,
        points_visits + points_touches + points_clicks as points_interest, points_reply + points_meeting as points_readiness
    from scored
)
select
    b.id, b.name, b.company, b.account_id, b.deal_id, o.owner, o.team, b.region, b.industry, b.channel, c.campaign, b.status,
    b.disqualified_reason as reason, local_hour(b.created_at) as hour,
    case
        when a.responded_at <= b.created_at + interval 1 hour then '≤ 1 h'
        when a.responded_at <= b.created_at + interval 12 hour then '1–12 h'
        when a.responded_at <= b.created_at + interval 24 hour then '12–24 h'
        when a.responded_at <= b.created_at + interval 48 hour then '24–48 h'
        when a.responded_at is not null then '> 48 h'
    end as response,
    case when p.points_fit + p.points_interest + p.points_readiness >= 90 then '90–100'
        else printf('%02d–%02d', cast(floor((p.points_fit + p.points_interest + p.points_readiness) / 10) * 10 as integer),
            cast(floor((p.points_fit + p.points_interest + p.points_readiness) / 10) * 10 + 9 as integer)) end as score_band,
    case when b.won_on <= b.customer_on then 'deal' when b.bought_on <= b.customer_on then b.bought_by
        when b.customer_on is not null then 'conversion' end as customer_by,
    b.created_at, b.created_on, b.qualified_on,
    least(b.qualified_on, b.step_mql_on, b.step_sql_on, b.deal_on) as mql_on, least(b.step_sql_on, b.deal_on) as sql_on, b.deal_on,
    b.converted_on, b.customer_on, business_day(b.disqualified_at) as disqualified_on,
    business_day(least(b.converted_at, b.disqualified_at)) as settled_on,
    least(business_day(a.worked_at), b.qualified_on, b.converted_on, business_day(b.disqualified_at)) as worked_on,
    a.responded_at, minutes_between(b.created_at, a.responded_at) as response_minutes,
    business_minutes_between(b.created_at, a.responded_at) as business_response_minutes,
    b.converted_on - b.created_on as conversion_days,
    case when b.won_on <= b.customer_on then b.won_amount when b.bought_on <= b.customer_on then b.bought_amount end as first_amount,
    p.points_company, p.points_industry, p.points_email, p.points_phone, p.points_visits, p.points_touches, p.points_clicks, p.points_reply,
    p.points_meeting, p.points_fit, p.points_interest, p.points_readiness, p.points_fit + p.points_interest + p.points_readiness as score
from chained b
join added p on p.id = b.id
left join shared.owner o on o.id = b.owner_id
left join shared.campaign c on c.id = b.campaign_id
left join done a on a.lead_id = b.id
order by b.created_at, b.id
