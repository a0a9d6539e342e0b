-- The records of sales as they are on the last day.
CREATE VIEW made.account AS
WITH known AS (SELECT account_id, since, until FROM work.customer)
SELECT
    account.id, name, slug(name) || '.example' AS domain, industry,
    CASE WHEN chance(account.id, 'account.region.blank') >= 0.02 THEN region END AS region, country, employees,
    CASE WHEN employees > 1000 THEN 'Large' WHEN employees > 100 THEN 'Mid-size' ELSE 'Small' END AS segment, owner_id,
    CASE WHEN since IS NULL THEN 'prospect' WHEN until <= getvariable('last') THEN 'former' ELSE 'customer' END AS status,
    CASE WHEN account.id > 20 AND chance(account.id, 'account.parent') < 0.03
        THEN 1 + whole(account.id, 'account.parent.id', 20) END AS parent_id,
    CASE WHEN chance(account.id, 'account.lab.blank') < 0.85 THEN
        json_object('lab_type', pick('lab_types', chance(account.id, 'account.lab')))::VARCHAR ELSE '{}' END AS custom,
    moment(d, minute) AS created_at
FROM work.account LEFT JOIN known ON known.account_id = account.id;

-- One to three people an account; the first is who asked when a lead brought it.
CREATE VIEW made.contact AS
WITH listed AS (
    SELECT account.*, unnest(range(1 + whole(id, 'contact.many', 3))) AS number FROM work.account
),
named AS (
    SELECT *, CASE WHEN number = 0 AND lead_id IS NOT NULL THEN lead_id * 8 + 1 ELSE (id * 4 + number) * 8 END AS person
    FROM listed
)
SELECT
    id * 4 + number AS id, id AS account_id, first_name(person) AS first_name, last_name(person) AS last_name,
    CASE WHEN chance(person, 'contact.email.blank') >= 0.05 THEN address(person, name) END AS email,
    CASE WHEN chance(person, 'contact.phone.blank') >= 0.25 THEN phone(person) END AS phone,
    pick('job_titles', chance(person, 'contact.job')) AS job_title, owner_id, moment(d, minute + number) AS created_at
FROM named;

CREATE VIEW made.consent AS
SELECT
    id, id AS contact_id, 'newsletter' AS purpose, 'consent' AS basis, created_at AS given_at,
    CASE WHEN chance(id, 'consent.withdrawn') < 0.3
        AND created_at + to_days(60 + whole(id, 'consent.days', 600)::INTEGER) < moment(getvariable('last'), 0)
         THEN created_at + to_days(60 + whole(id, 'consent.days', 600)::INTEGER) END AS withdrawn_at,
    created_at
FROM made.contact WHERE chance(id, 'consent.given') < 0.55;

CREATE VIEW made.lead AS
SELECT
    lead.id, first_name(lead.id * 8 + 1) || ' ' || last_name(lead.id * 8 + 1) AS name,
    CASE WHEN chance(lead.id, 'lead.email.blank') >= 0.04 THEN address(lead.id * 8 + 1, company) END AS email,
    CASE WHEN chance(lead.id, 'lead.phone.blank') >= 0.35 THEN phone(lead.id) END AS phone,
    company, lead.channel,
    CASE WHEN chance(lead.id, 'lead.campaign') < 0.6 THEN campaign.id END AS campaign_id, lead.region, lead.industry,
    CASE WHEN lead.d > getvariable('last') - 3 AND chance(lead.id, 'lead.unowned') < 0.3 THEN NULL ELSE lead.owner_id END
        AS owner_id,
    CASE WHEN converted_d IS NOT NULL THEN 'converted' WHEN dropped_d IS NOT NULL THEN 'disqualified'
        WHEN taken_on THEN 'sales qualified' WHEN qualified_d IS NOT NULL THEN 'qualified'
         WHEN lead.d > getvariable('last') - 2 THEN 'new' ELSE 'working' END AS status,
    moment(qualified_d, 560 + whole(lead.id, 'lead.qualified', 480)) AS qualified_at,
    moment(converted_d, converted_minute) AS converted_at,
    moment(dropped_d, 560 + whole(lead.id, 'lead.dropping', 480)) AS disqualified_at,
    CASE WHEN dropped_d IS NOT NULL AND chance(lead.id, 'lead.reason.blank') >= 0.06
        THEN pick('disqualified_reasons', chance(lead.id, 'lead.reason')) END
        AS disqualified_reason,
    account.id AS account_id, account.id * 4 AS contact_id, deal.id AS deal_id, moment(lead.d, lead.minute) AS created_at
FROM work.lead
LEFT JOIN work.account ON account.lead_id = lead.id
LEFT JOIN (SELECT id, lead_id FROM work.deal WHERE lead_id IS NOT NULL) AS deal ON deal.lead_id = lead.id
LEFT JOIN work.campaign ON campaign.channel_number = lead.channel_number AND lead.d BETWEEN campaign.from_day
    AND campaign.to_day;

CREATE VIEW made.deal AS
SELECT
    deal.id, deal.product_name || ' – ' || deal.account_name AS name, account_id,
    CASE WHEN renewing THEN 2 ELSE 1 END AS pipeline_id, stage_id,
    amount, deal.currency, owner_id, deal.channel,
    CASE WHEN chance(deal.id, 'deal.campaign') < 0.5 THEN campaign.id END AS campaign_id, kind,
    date_of(expected_d) AS expected_close_on,
    CASE WHEN outcome <> 'open' THEN moment(deal_now.d, deal_now.minute) END AS closed_at,
    CASE WHEN outcome = 'lost' THEN reason END AS lost_reason, category AS forecast_category,
    CASE WHEN outcome = 'open' AND chance(deal.id, 'deal.next.blank') >= 0.2 THEN
        date_of(later(getvariable('last') + 1, whole(deal.id, 'deal.next', 15)) - CASE
            WHEN chance(deal.id, 'deal.next.late') < 0.2 THEN 12 ELSE 0 END) END
        AS next_step_on,
    CASE WHEN chance(deal.id, 'deal.competitor.has') < 0.35 THEN
        json_object('competitor', pick('competitors', chance(deal.id, 'deal.competitor')))::VARCHAR ELSE '{}' END AS custom,
    moment(deal.d, deal.minute) AS created_at
FROM work.deal JOIN work.deal_now ON deal_now.deal_id = deal.id
LEFT JOIN work.campaign ON campaign.channel_number = deal.channel_number AND deal.d BETWEEN campaign.from_day
    AND campaign.to_day;

CREATE VIEW made.deal_line AS
SELECT line.*, moment(deal.d, deal.minute) AS created_at FROM work.deal_line AS line JOIN work.deal ON deal.id = deal_id;

CREATE VIEW made.campaign AS
SELECT
    id, name, channel, starts_on, ends_on, (budget * getvariable('spend_scale'))::DECIMAL(19, 4) AS budget, 'EUR' AS currency,
    moment(from_day, 480) AS created_at
FROM work.campaign;
