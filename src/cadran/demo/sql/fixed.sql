-- The small tables that Python fills: parameters of the draws, and the records that are not drawn row by row.
CREATE SCHEMA work;
CREATE SCHEMA made;

CREATE TABLE work.flow (season VARCHAR, day BIGINT, before DOUBLE, upto DOUBLE);
CREATE TABLE work.territory (
    number BIGINT, region VARCHAR, win DOUBLE, slow BOOLEAN, seats BIGINT, cities VARCHAR[], countries VARCHAR[]
);
CREATE TABLE work.seat (
    territory BIGINT, number BIGINT, member_id BIGINT, skill DOUBLE, joined BIGINT, stand_in BIGINT, left_day BIGINT,
    successor BIGINT
);
CREATE TABLE work.channel (number BIGINT, name VARCHAR, convert DOUBLE, win DOUBLE, spend DOUBLE);
CREATE TABLE work.main_product (id BIGINT, name VARCHAR, win DOUBLE, drift DOUBLE);
CREATE TABLE work.plan (number BIGINT, name VARCHAR, price DOUBLE, leave DOUBLE);
CREATE TABLE work.currency (name VARCHAR, rate DOUBLE, swing DOUBLE);
CREATE TABLE work.path (
    code BIGINT, sequence BIGINT, stage_id BIGINT, previous_stage_id BIGINT, share DOUBLE, room DOUBLE,
    category VARCHAR, previous_category VARCHAR, outcome VARCHAR
);
CREATE TABLE made.organisation (
    id BIGINT, name VARCHAR, currency VARCHAR, time_zone VARCHAR, language VARCHAR, fiscal_year_start_month BIGINT
);
CREATE TABLE made.team (id BIGINT, name VARCHAR, parent_id BIGINT, region VARCHAR);
CREATE TABLE made.member (
    id BIGINT, name VARCHAR, email VARCHAR, locale VARCHAR, time_zone VARCHAR, role VARCHAR, team_id BIGINT,
    is_active BOOLEAN, licensed BOOLEAN, joined_on DATE, left_on DATE
);
CREATE TABLE made.business_hours (id BIGINT, weekday BIGINT, opens TIME, closes TIME);
CREATE TABLE made.holiday (id BIGINT, day DATE, name VARCHAR);
CREATE TABLE made.pipeline (id BIGINT, name VARCHAR);
CREATE TABLE made.stage (
    id BIGINT, pipeline_id BIGINT, name VARCHAR, "order" BIGINT, probability DECIMAL(19,6), outcome VARCHAR,
    rotten_after_days BIGINT
);
CREATE TABLE made.product (
    id BIGINT, name VARCHAR, family VARCHAR, tier VARCHAR, price DECIMAL(19,4), currency VARCHAR
);
CREATE TABLE work.complement (product_id BIGINT, complement_id BIGINT);
CREATE TABLE work.rate_day (day BIGINT);
CREATE TABLE made.custom_field (
    id BIGINT, record VARCHAR, key VARCHAR, label_fr VARCHAR, label_en VARCHAR, type VARCHAR, choices VARCHAR
);
CREATE TABLE work.campaign (
    id BIGINT, name VARCHAR, channel VARCHAR, starts_on DATE, ends_on DATE, budget DECIMAL(19,4),
    channel_number BIGINT, from_day BIGINT, to_day BIGINT
);
CREATE TABLE made.survey (
    id BIGINT, name VARCHAR, kind VARCHAR, question VARCHAR, scale_min BIGINT, scale_max BIGINT, direction VARCHAR
);
CREATE TABLE made.article (
    id BIGINT, title_fr VARCHAR, title_en VARCHAR, body_fr VARCHAR, body_en VARCHAR, views BIGINT, useful BIGINT,
    useless BIGINT
);
