-- What many fact tables join: who owns, which account, which product, which stage, what a currency was worth.
-- Archived members, accounts, products and stages are kept here: the records that name them still do.

create or replace view shared.owner as
select m.id, m.name as owner, t.name as team, t.region, m.role
from raw.member m
left join raw.team t on t.id = m.team_id;

create or replace view shared.account as
select
    a.id, a.name as account, o.owner, o.team, a.region, a.country, a.industry, a.segment,
    case
        when a.employees >= 1000 then '1000+'
        when a.employees >= 250 then '250–999'
        when a.employees >= 50 then '50–249'
        when a.employees >= 10 then '10–49'
        when a.employees >= 1 then '1–9'
    end as size
from raw.account a
left join shared.owner o on o.id = a.owner_id;

create or replace view shared.product as
select id, name as product, family, tier, price, currency from raw.product;

create or replace view shared.campaign as
select id, name as campaign from raw.campaign;

-- rank orders the open stages of a pipeline; won is past the last; lost has none. next_rank is that of the next open stage still in use.
create or replace view shared.stage as
with ranked as (
    select
        s.id, s.name as stage, s.outcome, s.probability, s.pipeline_id, p.name as pipeline, s."order" as stage_order,
        s.outcome = 'open' and s.archived_at is null as in_use,
        case s.outcome
            when 'open' then row_number() over (partition by s.pipeline_id, s.outcome order by s."order", s.id)
            when 'won' then 1000000
        end as rank
    from raw.stage s
    join raw.pipeline p on p.id = s.pipeline_id
)
select
    *,
    case when in_use then coalesce(lead(rank) over (partition by pipeline_id, in_use order by rank), 1000000) end as next_rank
from ranked;

-- The value of one unit in the organisation's currency from a day on; the organisation's own currency is always worth one.
create or replace view shared.rate as
select r.currency, r.day, cast(r.rate as decimal(19, 10)) as rate
from raw.exchange_rate r
where r.archived_at is null and r.currency not in (select o.currency from raw.organisation o)
union all
select o.currency, date '0001-01-01', 1 from raw.organisation o;

-- How large a deal is, in thousands of the organisation's currency.
create or replace temp macro deal_size(amount) as
    case
        when amount >= 100000 then '100k+'
        when amount >= 20000 then '20k–100k'
        when amount >= 5000 then '5k–20k'
        when amount >= 1000 then '1k–5k'
        when amount is not null then '<1k'
    end;

-- By what an account and a lead are likely the same as another, folded as cadran.crm.alike does: its web domain, else its name; its
-- e-mail, else its name and company. Whatever is the same here is alike there, where more is compared (a test holds them together).
-- Digests, as no fact table holds an address.
create or replace temp macro web_host(text) as
    case when contains(regexp_extract(trim(text), '^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/:?#\s]+)', 1, 'i'), '.')
        then nullif(rtrim(lower(regexp_extract(trim(text), '^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/:?#\s]+)', 1, 'i')), '.'), '') end;
create or replace temp macro mail_address(text) as
    case when regexp_matches(lower(trim(text)), '^.+@[^@]+$')
        then regexp_replace(lower(trim(text)), '^([^+]+)\+.*@([^@]+)$', '\1@\2') end;
create or replace temp macro account_likeness(domain, name) as
    md5(coalesce(web_host(domain), case when regexp_matches(name, '[\p{Lu}\p{Ll}\p{Lo}\p{Nd}]') then 'name ' || lower(trim(name)) end));
create or replace temp macro lead_likeness(email, name, company) as
    md5(coalesce(mail_address(email), case when regexp_matches(name, '[\p{Lu}\p{Ll}\p{Lo}\p{Nd}] +[\p{Lu}\p{Ll}\p{Lo}\p{Nd}]')
        then 'name ' || lower(trim(name)) || '|' || lower(trim(company)) end));

-- What was not received was sent.
create or replace temp macro outgoing(direction) as coalesce(lower(direction), 'outbound') in ('outbound', 'outgoing', 'out');

-- What the recorded outcome of a call says: whether the person was reached, and whether a meeting was set. An outcome in other
-- words says neither.
create or replace view shared.call_outcome as
select unnest(outcomes) as outcome, connected, meeting_set
from (values
    (['appointment set', 'appointment', 'meeting set', 'meeting scheduled', 'meeting booked', 'rendez-vous pris', 'rendez-vous',
      'rdv pris'], true, true),
    (['connected', 'contacted', 'answered', 'reached', 'spoken to', 'call successful', 'successful', 'interested', 'not interested',
      'call back', 'callback requested', 'joint', 'décroché', 'répondu', 'intéressé', 'pas intéressé', 'à rappeler'], true, false),
    (['no answer', 'not answered', 'no contact', 'not reached', 'unreachable', 'busy', 'voicemail', 'left voicemail', 'left message',
      'left live message', 'wrong number', 'call unsuccessful', 'unsuccessful', 'failed', 'missed', 'cancelled', 'canceled',
      'pas de réponse', 'sans réponse', 'non joint', 'injoignable', 'occupé', 'messagerie', 'répondeur', 'message laissé', 'faux numéro',
      'mauvais numéro', 'annulé'], false, false)
) as said(outcomes, connected, meeting_set);

-- The statuses by which a lead is said to have come so far: qualified by marketing, taken on by sales, a deal.
create or replace view shared.lead_step as
select unnest(statuses) as status, step
from (values
    (['mql', 'marketing qualified', 'marketing qualified lead', 'marketingqualifiedlead', 'qualifié marketing'], 'mql'),
    (['sql', 'sal', 'sales qualified', 'sales qualified lead', 'salesqualifiedlead', 'sales accepted', 'qualifié commercial'], 'sql'),
    (['opportunity', 'deal', 'opportunité', 'affaire'], 'deal')
) as named(statuses, step);

-- Where people, not firms, have their e-mail.
create or replace view shared.free_mail as
select unnest([
    'gmail.com', 'googlemail.com', 'yahoo.com', 'yahoo.fr', 'hotmail.com', 'hotmail.fr', 'outlook.com', 'outlook.fr', 'live.com', 'live.fr',
    'msn.com', 'icloud.com', 'me.com', 'aol.com', 'gmx.com', 'gmx.de', 'gmx.fr', 'web.de', 'proton.me', 'protonmail.com', 'orange.fr',
    'wanadoo.fr', 'free.fr', 'sfr.fr', 'laposte.net', 'bbox.fr', 'neuf.fr', 'mail.ru', 'qq.com', '163.com'
]) as domain;
