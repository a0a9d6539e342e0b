-- What people did: along each deal, in answer to each lead, and tasks on accounts. Numbers of the three never meet.
CREATE MACRO activity_of_lead(lead_id, number) AS 8 * (getvariable('deals') + 1) + 4 * lead_id + number;
CREATE MACRO activity_of_task(number) AS 8 * (getvariable('deals') + 1) + 4 * (getvariable('leads') + 1) + number;

CREATE TABLE work.response AS
SELECT
    id AS lead_id, business_minute(d, minute) + 1 + floor(
        CASE channel WHEN 'Referral' THEN 45 WHEN 'Website' THEN 80 WHEN 'Trade show' THEN 420
            ELSE 150 END * exp(0.9 * normal(id, 'lead.response'))
    )::BIGINT AS minutes
FROM work.lead WHERE qualified_d IS NOT NULL OR chance(id, 'lead.answered') < 0.86;

-- Numbers come from a cross join: unnest() over a join, then a filter, fails in DuckDB 2.0.0 ("dict-surviving cache").
CREATE TABLE work.activity (
    id BIGINT, kind VARCHAR, deal_id BIGINT, account_id BIGINT, lead_id BIGINT, owner_id BIGINT, d BIGINT, minute BIGINT,
    automated BOOLEAN
);

INSERT INTO work.activity
WITH along AS (
    SELECT
        deal.id AS deal_id, account_id, owner_id, deal_now.first_owner_id, deal_now.left_day, first_workday,
        workday_of(least(end_d, getvariable('last') + 1)) - first_workday AS days,
        number, 3 + whole(deal.id, 'deal.activities', 5) AS many
    FROM work.deal JOIN work.deal_now ON deal_now.deal_id = deal.id CROSS JOIN range(7) AS numbers(number)
    WHERE number < 3 + whole(deal.id, 'deal.activities', 5)
),
dated AS (
    SELECT *, deal_id * 8 + number AS id,
        workday(first_workday + floor(days * (number + chance(deal_id * 8 + number, 'activity.when')) / many)::BIGINT) AS d
    FROM along
)
SELECT
    id, pick('activity_kinds', chance(id, 'activity.kind')), deal_id, account_id, NULL,
    CASE WHEN d < left_day THEN first_owner_id ELSE owner_id END, d,
    600 + whole(id, 'activity.minute', 470), false
FROM dated WHERE d <= getvariable('last');

INSERT INTO work.activity
SELECT
    activity_of_lead(id, 0), CASE WHEN chance(id, 'lead.called') < 0.4 THEN 'call' ELSE 'email' END, NULL, NULL, id, owner_id,
    business_day(minutes),
    minute_of_day(minutes), false
FROM work.response JOIN work.lead ON id = lead_id WHERE business_day(minutes) <= getvariable('last');

INSERT INTO work.activity
SELECT activity_of_lead(id, 1), 'email', NULL, NULL, id, owner_id, d, minute + 2, true
FROM work.lead WHERE channel IN ('Website', 'Online ads') AND chance(id, 'lead.automatic') < 0.6;

INSERT INTO work.activity
SELECT
    activity_of_lead(id, 2), pick('activity_kinds', chance(id, 'lead.again.kind')), NULL, NULL, id, owner_id,
    later(business_day(minutes), 1 + wait(id, 'lead.again', 3)), 700, false
FROM work.response JOIN work.lead ON id = lead_id
WHERE chance(id, 'lead.follows') < CASE WHEN qualified_d IS NOT NULL THEN 0.8 ELSE 0.25 END
    AND later(business_day(minutes), 1 + wait(id, 'lead.again', 3)) <= getvariable('last');

INSERT INTO work.activity
SELECT activity_of_task(number), 'task', NULL, account.id, NULL, account.owner_id, task.d,
    560 + whole(number, 'task.minute', 440), false
FROM (SELECT id AS number, d FROM arrivals('steady', getvariable('tasks'))) AS task
JOIN work.account ON account.id = 1 + whole(number, 'task.account', accounts_before(task.d));

CREATE VIEW made.activity AS
WITH detailed AS (
    SELECT
        *, moment(d, minute) AS happened, kind = 'email' AND (lead_id IS NOT NULL OR chance(id, 'email.way') < 0.65) AS sent,
        chance(id, 'email.fate') AS fate, chance(id, 'email.opens') AS opens
    FROM work.activity
)
SELECT
    id, kind, CASE WHEN automated THEN 'We have received your request'
        ELSE pick('activity_subjects', chance(id, 'activity.subject')) END AS subject,
    CASE WHEN kind = 'email' THEN CASE WHEN sent THEN 'outbound' ELSE 'inbound' END
         WHEN kind = 'call' THEN
             CASE WHEN lead_id IS NOT NULL OR chance(id, 'call.way') < 0.75 THEN 'outbound' ELSE 'inbound' END END AS direction,
    happened AS "at",
    CASE WHEN kind <> 'task' THEN happened
         WHEN chance(id, 'task.done') < 0.9 AND d + 5 <= getvariable('last')
             THEN moment(later(d, whole(id, 'task.days', 4)), 1085) END AS done_at,
    CASE WHEN kind = 'task' THEN date_of(later(d, 2)) END AS due_on, owner_id,
    CASE kind WHEN 'call' THEN pick('call_outcomes', chance(id, 'call.outcome'))
        WHEN 'meeting' THEN pick('meeting_outcomes', chance(id, 'meeting.outcome')) END
        AS outcome,
    automated, NULL::BIGINT AS parent_id, lead_id, account_id * 4 AS contact_id, account_id, deal_id, NULL::BIGINT AS ticket_id,
    CASE WHEN kind = 'email' THEN coalesce('deal-' || deal_id, 'lead-' || lead_id) END AS thread,
    CASE WHEN sent THEN happened END AS sent_at,
    CASE WHEN sent AND fate >= 0.02 THEN happened + to_minutes(1) END AS delivered_at,
    CASE WHEN sent AND fate < 0.02 THEN happened + to_minutes(1) END AS bounced_at,
    -- One open in eight is a mail privacy proxy's, seconds after delivery.
    CASE WHEN sent AND fate >= 0.02 AND opens < 0.48 THEN happened + CASE WHEN opens < 0.42
        THEN to_minutes(5 + whole(id, 'email.open', 300)) ELSE to_seconds(62 + whole(id, 'email.proxy', 7)) END END AS opened_at,
    CASE WHEN sent AND fate >= 0.02 AND opens < 0.12 THEN happened + to_minutes(306 + whole(id, 'email.click', 30)) END
        AS clicked_at,
    CASE WHEN sent AND fate >= 0.02 AND opens < 0.34 AND opens > 0.16
        THEN happened + to_minutes(306 + whole(id, 'email.reply', 60)) END AS replied_at,
    CASE WHEN automated THEN '{"template": "Acknowledgement", "sequence": "New leads"}'
        WHEN sent AND lead_id IS NOT NULL THEN json_object('template', CASE WHEN chance(id, 'email.template') < 0.7
            THEN 'Introduction' ELSE 'After the trade show' END, 'sequence', 'New leads')::VARCHAR
        WHEN sent AND chance(id, 'email.template') < 0.5 THEN json_object('template', CASE WHEN chance(id, 'email.template') < 0.25
            THEN 'Quote' ELSE 'Reminder of the quote' END, 'sequence', 'Quote follow-up')::VARCHAR
        ELSE '{}' END AS custom,
    happened AS created_at
FROM detailed;

CREATE VIEW made.session AS
SELECT
    member.id * 4096 + d AS id, member.id AS member_id,
    moment(d, 470 + whole(member.id * 4096 + d, 'session.minute', 150)) AS logged_in_at,
    moment(d, 640 + whole(member.id * 4096 + d, 'session.length', 440)) AS last_seen_at,
    moment(d, 470 + whole(member.id * 4096 + d, 'session.minute', 150)) AS created_at
FROM made.member CROSS JOIN range(getvariable('last') + 1) AS days(d)
WHERE works(d)
    AND chance(member.id * 4096 + d, 'session.opens') < getvariable('session_share') * (0.4 + 0.6 * chance(member.id, 'session.habit'))
    AND date_of(d) >= coalesce(joined_on, getvariable('first')) AND date_of(d) < coalesce(left_on, date_of(100000));
