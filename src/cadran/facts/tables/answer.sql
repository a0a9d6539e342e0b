-- One row per answer to a survey. Its account is its own, else that of the contact who gave it, of the ticket or the order it is about. Its
-- owner is who looked after the ticket or the order, else its account's.
-- `ease` is the score on its own scale with more being better; a score outside the scale has none. On a scale of five points or more the two
-- best satisfy, on a shorter one the better half; a scale of more than eleven points has no such points.
-- It is superseded by the next answer of the same person to the same survey: nobody is counted twice in a wave, whatever its length.
with later as (
    select id, lead("at") over (partition by survey_id, contact_id order by "at", id) as answered_at
    from raw.answer
    where archived_at is null and score is not null and contact_id is not null
    --touched: and contact_id in (select contact_id from raw.answer where touched(id))
),
told as (
    select
        w.* exclude (account_id), coalesce(w.account_id, p.account_id, t.account_id, c.account_id) as account_id,
        coalesce(t.owner_id, c.owner_id) as owner_id, t.channel, t.category, t.priority, s.name as survey, s.kind, s.scale_min,
        s.scale_max, s.direction, (s.scale_min + s.scale_max) / 2 as middle,
        case
            when w.score between s.scale_min and s.scale_max
                then case s.direction when 'lower' then s.scale_min + s.scale_max - w.score else w.score end
        end as ease
    from raw.answer w
    join raw.survey s on s.id = w.survey_id
    left join (
        select id, account_id from raw.contact
        --touched: where id in (select contact_id from raw.answer where touched(id))
    ) p on p.id = w.contact_id
    left join (
        select id, account_id, owner_id, channel, category, priority from raw.ticket
        --touched: where id in (select ticket_id from raw.answer where touched(id))
    ) t on t.id = w.ticket_id
    left join (
        select id, account_id, owner_id from raw."order"
        --touched: where id in (select order_id from raw.answer where touched(id))
    ) c on c.id = w.order_id
    where w.archived_at is null and touched(w.id)
)
select
    w.id, w.survey, w.kind, w.account_id, w.contact_id, w.ticket_id, a.account, coalesce(o.owner, a.owner) as owner,
    case when o.id is null then a.team else o.team end as team, a.region, a.country, a.industry, a.segment, a.size,
    coalesce(w.channel, b.channel) as channel, w.category, w.priority, b.product, b.family, w.touchpoint, w.comment, w.score,
    rtrim(rtrim(cast(w.score as varchar), '0'), '.') as rating, w.scale_min, w.scale_max,
    rtrim(rtrim(cast(case w.direction when 'lower' then w.scale_max else w.scale_min end as varchar), '0'), '.') || '–'
        || rtrim(rtrim(cast(case w.direction when 'lower' then w.scale_min else w.scale_max end as varchar), '0'), '.') as scale,
    w.direction, cast(w.ease as decimal(19, 6)) as ease,
    cast(round(100 * (w.ease - w.scale_min) / (w.scale_max - w.scale_min), 6) as decimal(19, 6)) as normalised,
    case
        when w.kind = 'nps' and w.scale_max = 10 and w.direction = 'higher' and w.ease is not null
            then case when w.score >= 9 then 'promoter' when w.score > 6 then 'passive' else 'detractor' end
    end as nps_group,
    case
        when w.scale_max - w.scale_min between 4 and 10 then w.ease >= w.scale_max - 1
        when w.scale_max - w.scale_min < 4 then w.ease > w.middle
    end as satisfied,
    case
        when w.scale_max - w.scale_min between 4 and 10 then w.ease <= w.scale_min + 1
        when w.scale_max - w.scale_min < 4 then w.ease < w.middle
    end as dissatisfied,
    w.ease > w.middle as easy, w."at" as answered_at, business_day(w."at") as answered_on,
    business_day(l.answered_at) as superseded_on
from told w
left join later l on l.id = w.id
left join (
    select id, channel, product, family from main."order"
    --touched: where id in (select order_id from raw.answer where touched(id))
) b on b.id = w.order_id
left join shared.owner o on o.id = w.owner_id
left join (
    from shared.account
    --touched: where id in (select account_id from told)
) a on a.id = w.account_id
order by answered_at, w.id
