-- The records behind the twelve KPIs in their natural, normalised tables, as a team without Cadran would have them before it.
-- What would be tedious to write by hand is done for it: days are in the organisation's zone, money in its currency.
create table team as select id, name, region from facts.raw.team;
create table member as select id, name, team_id from facts.raw.member;
create table account as select id, segment, industry from facts.raw.account;
create table stage as
select s.id, s.pipeline_id, s.name, s.outcome, case when s.outcome = 'won' then 1000000 else s."order" end as place
from facts.raw.stage s;
create table deal as
select r.id, r.account_id, r.owner_id, r.stage_id, r.channel, d.amount, d.created_on, d.closed_on
from facts.main.deal d join facts.raw.deal r on r.id = d.id order by r.id;
create table version as
select v.deal_id, s.id as stage_id, v.amount, v.from_on, v.to_on
from facts.main.deal_version v
join facts.raw.pipeline p on p.name = v.pipeline
join facts.raw.stage s on s.pipeline_id = p.id and s.name = v.stage
order by v.from_at, v.deal_id;
create table stay as
select v.deal_id, s.id as stage_id, v.entered_on
from facts.main.deal_stage v
join facts.raw.pipeline p on p.name = v.pipeline
join facts.raw.stage s on s.pipeline_id = p.id and s.name = v.stage
order by v.entered_at, v.deal_id;
create table purchase as
select o.id, o.account_id, o.channel, o.amount, o.refund, o.placed_on from facts.main."order" o order by o.id;
create table lead as select l.id, l.channel, l.created_on, l.converted_on from facts.main.lead l order by l.id;
create table activity as
select a.id, a.owner_id, a.deal_id, a.automated from facts.raw.activity a order by a.id;
