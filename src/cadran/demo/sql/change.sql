-- How the records came to be what they are. Each change of a field is one row: the value replaced, the value put, as text.
CREATE MACRO put_text(value) AS rtrim(rtrim(value::DECIMAL(19, 4)::VARCHAR, '0'), '.');
CREATE MACRO put_moment(value) AS strftime(value, '%Y-%m-%dT%H:%M:%SZ');

CREATE VIEW work.deal_change AS
WITH walked AS (
    SELECT
        stay.*, moment(stay.d, stay.minute) AS happened, deal.reason, deal_now.d AS last_d
    FROM work.stay JOIN work.deal ON deal.id = deal_id JOIN work.deal_now USING (deal_id)
    WHERE sequence > 0
),
-- A deal that comes back to the proposal is priced once, the first time.
proposed AS (
    SELECT deal_now.*, moment(proposal_d, proposal_minute) AS happened FROM work.deal_now WHERE proposal_d IS NOT NULL
)
SELECT deal_id * 64 + sequence * 4 AS place, deal_id AS record_id, 'stage' AS field, previous_stage_id::VARCHAR AS from_value,
    stage_id::VARCHAR AS to_value, happened AS "at"
FROM walked
UNION ALL
SELECT deal_id * 64 + sequence * 4 + 1, deal_id, 'forecast_category', previous_category, category, happened FROM walked
WHERE category <> previous_category
UNION ALL
SELECT deal_id * 64 + sequence * 4 + 2, deal_id, 'closed_at', NULL, put_moment(happened), happened FROM walked
WHERE outcome <> 'open'
UNION ALL
SELECT deal_id * 64 + sequence * 4 + 3, deal_id, 'lost_reason', NULL, reason, happened FROM walked
WHERE outcome = 'lost' AND reason IS NOT NULL
UNION ALL
SELECT deal_id * 64 + 60, deal_id, 'amount', put_text(first_amount), put_text(amount), happened FROM proposed
WHERE first_amount <> amount
UNION ALL
SELECT deal_id * 64 + 61, deal_id, 'expected_close_on', date_of(first_expected_d)::VARCHAR,
    date_of(second_expected_d)::VARCHAR, happened
FROM proposed WHERE second_expected_d <> first_expected_d
UNION ALL
SELECT deal_id * 64 + 62, deal_id, 'owner', first_owner_id::VARCHAR, successor::VARCHAR, moment(left_day, 540)
FROM work.deal_now WHERE owner_id <> first_owner_id;

CREATE VIEW work.lead_change AS
WITH dated AS (SELECT * FROM made.lead)
SELECT id * 16 AS place, id AS record_id, 'status' AS field, 'new' AS from_value,
    CASE WHEN qualified_at IS NOT NULL THEN 'qualified' WHEN status = 'disqualified' THEN 'disqualified' ELSE 'working' END
        AS to_value,
    coalesce(qualified_at, disqualified_at, created_at + INTERVAL 1 HOUR) AS "at"
FROM dated WHERE status <> 'new'
UNION ALL
SELECT id * 16 + 1, id, 'qualified_at', NULL, put_moment(qualified_at), qualified_at FROM dated WHERE qualified_at IS NOT NULL
UNION ALL
SELECT id * 16 + 9, id, 'status', 'qualified', 'sales qualified', qualified_at + INTERVAL 20 MINUTE FROM dated
WHERE status IN ('sales qualified', 'converted')
UNION ALL
SELECT id * 16 + 2, id, 'status', 'sales qualified', 'converted', converted_at FROM dated WHERE converted_at IS NOT NULL
UNION ALL
SELECT id * 16 + 3, id, 'converted_at', NULL, put_moment(converted_at), converted_at FROM dated WHERE converted_at IS NOT NULL
UNION ALL
SELECT id * 16 + 4, id, 'account', NULL, account_id::VARCHAR, converted_at FROM dated WHERE converted_at IS NOT NULL
UNION ALL
SELECT id * 16 + 5, id, 'contact', NULL, contact_id::VARCHAR, converted_at FROM dated WHERE converted_at IS NOT NULL
UNION ALL
SELECT id * 16 + 6, id, 'deal', NULL, deal_id::VARCHAR, converted_at FROM dated WHERE converted_at IS NOT NULL
UNION ALL
SELECT id * 16 + 7, id, 'disqualified_at', NULL, put_moment(disqualified_at), disqualified_at FROM dated
WHERE disqualified_at IS NOT NULL
UNION ALL
SELECT id * 16 + 8, id, 'disqualified_reason', NULL, disqualified_reason, disqualified_at FROM dated
WHERE disqualified_reason IS NOT NULL;

-- Accounts become customers, leave, and change hands when their representative does.
CREATE VIEW work.account_change AS
SELECT account_id * 8 AS place, account_id AS record_id, 'status' AS field, 'prospect' AS from_value, 'customer' AS to_value,
    moment(since, 1100) AS "at"
FROM work.customer
UNION ALL
SELECT account_id * 8 + 1, account_id, 'status', 'customer', 'former', moment(until, 1100) FROM work.customer
WHERE until <= getvariable('last')
UNION ALL
SELECT account.id * 8 + 2, account.id, 'owner', seat.stand_in::VARCHAR, seat.member_id::VARCHAR, moment(seat.joined, 540)
FROM work.account JOIN work.seat ON seat.territory = account.territory AND seat.number = seat_number
WHERE seat.joined > account.d AND seat.joined <= getvariable('last')
UNION ALL
SELECT account.id * 8 + 3, account.id, 'owner', seat.member_id::VARCHAR, seat.successor::VARCHAR, moment(seat.left_day, 540)
FROM work.account JOIN work.seat ON seat.territory = account.territory AND seat.number = seat_number
WHERE seat.left_day > account.d AND seat.left_day <= getvariable('last');

CREATE VIEW work.subscription_change AS
WITH renewed AS (
    SELECT renewal.*, started_on, moment(due_on - getvariable('first'), 605) AS happened
    FROM work.renewal JOIN work.subscription ON subscription.id = subscription_id WHERE outcome = 'renewed'
)
SELECT subscription_id * 64 + year * 4 AS place, subscription_id AS record_id, 'monthly_amount' AS field,
    put_text(previous_amount) AS from_value,
    put_text(amount) AS to_value, happened AS "at"
FROM renewed WHERE amount <> previous_amount
UNION ALL
SELECT subscription_id * 64 + year * 4 + 1, subscription_id, 'renews_on', due_on::VARCHAR,
    ((started_on + to_years((year + 1)::INTEGER))::DATE)::VARCHAR, happened
FROM renewed
UNION ALL
SELECT id * 64 + 61, id, 'ended_on', NULL, ended_on::VARCHAR, moment(ended_on - getvariable('first'), 610)
FROM made.subscription WHERE ended_on IS NOT NULL
UNION ALL
SELECT id * 64 + 62, id, 'end_reason', NULL, end_reason, moment(ended_on - getvariable('first'), 610) FROM made.subscription
WHERE end_reason IS NOT NULL
UNION ALL
SELECT id * 64 + 63, id, 'renews_on',
    ((started_on + to_years((1 + (SELECT count(*) FROM renewed
        WHERE subscription_id = subscription.id))::INTEGER))::DATE)::VARCHAR, NULL,
    moment(ended_on - getvariable('first'), 610)
FROM work.subscription AS subscription WHERE ended_on IS NOT NULL;

CREATE VIEW work.ticket_change AS
SELECT id * 8 AS place, id AS record_id, 'first_response_at' AS field, NULL AS from_value,
    put_moment(first_response_at) AS to_value, first_response_at AS "at"
FROM made.ticket WHERE first_response_at IS NOT NULL
UNION ALL
SELECT id * 8 + 1, id, 'resolved_at', NULL, put_moment(resolved_at), resolved_at FROM made.ticket WHERE resolved_at IS NOT NULL
UNION ALL
SELECT id * 8 + 2, id, 'closed_at', NULL, put_moment(closed_at), closed_at FROM made.ticket WHERE closed_at IS NOT NULL
UNION ALL
SELECT id * 8 + 3, id, 'reopens', '0', reopens::VARCHAR, resolved_at - INTERVAL 10 MINUTE FROM made.ticket WHERE reopens > 0;

CREATE VIEW work.renewal_change AS
SELECT id * 4 AS place, id AS record_id, 'outcome' AS field, NULL AS from_value, outcome AS to_value,
    moment(due_on - getvariable('first'), 605) AS "at"
FROM made.renewal WHERE outcome IS NOT NULL
UNION ALL
SELECT id * 4 + 1, id, 'renewed_on', NULL, renewed_on::VARCHAR, moment(due_on - getvariable('first'), 605) FROM made.renewal
WHERE renewed_on IS NOT NULL;
