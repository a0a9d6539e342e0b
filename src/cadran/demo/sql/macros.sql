-- Randomness without state: the same (seed, purpose, row) always gives the same number in [0, 1).
-- The purpose's hash is a constant of the query, so a draw costs one integer hash.
CREATE MACRO chance(row_id, purpose) AS
    (hash(row_id::UBIGINT + (hash(purpose, getvariable('seed')) >> 2)) >> 11) / 9007199254740992.0;

CREATE MACRO normal(row_id, purpose) AS
    sqrt(-2 * ln(1 - chance(row_id, purpose))) * cos(2 * pi() * chance(row_id, purpose || '.angle'));

CREATE MACRO wait(row_id, purpose, mean) AS floor(-ln(1 - chance(row_id, purpose)) * mean)::BIGINT;

CREATE MACRO whole(row_id, purpose, many) AS floor(chance(row_id, purpose) * many)::BIGINT;

CREATE MACRO pick(words, share) AS getvariable(words)[1 + floor(share * len(getvariable(words)))::BIGINT];

-- Days are numbers: 0 is the first of the records, `last` the day before they are built. Lists start at day -1000.
CREATE MACRO date_of(d) AS getvariable('first') + d::INTEGER;
CREATE MACRO moment(d, minute) AS
    make_timestamp(getvariable('first_us') + (d * 1440 + minute - getvariable('clock')[d + 1001])::BIGINT * 60000000);

-- Working days have numbers too; workday_of gives that of the first one on or after a day.
CREATE MACRO workday_of(d) AS getvariable('workday_of')[d + 1001];
CREATE MACRO workday(number) AS getvariable('workdays')[number + 1];
CREATE MACRO later(d, days) AS workday(workday_of(d) + days);

-- Business minutes (9:00 to 18:00 of working days) count from the first working day.
CREATE MACRO works(d) AS workday(workday_of(d)) = d;
CREATE MACRO business_minute(d, minute) AS
    workday_of(d) * 540 + CASE WHEN works(d) THEN least(greatest(minute - 540, 0), 540) ELSE 0 END;
CREATE MACRO business_day(minutes) AS workday(minutes // 540);
CREATE MACRO minute_of_day(minutes) AS 540 + minutes % 540;

-- Firms and people. Each number has a firm name of its own: it is mixed, then read as form, name and town; past all of them, numbered.
CREATE MACRO firm_mix(k) AS (k * getvariable('firm_step')) % getvariable('firms');
CREATE MACRO firm(k) AS
    replace(
        getvariable('firm_forms')[1 + firm_mix(k) % len(getvariable('firm_forms'))], '{}',
        getvariable('firm_names')[1 + firm_mix(k) // len(getvariable('firm_forms')) % len(getvariable('firm_names'))]
    )
    || getvariable('firm_towns')[1 + firm_mix(k) // len(getvariable('firm_forms')) // len(getvariable('firm_names'))]
    || CASE WHEN k < getvariable('firms') THEN '' ELSE ' ' || (1 + k // getvariable('firms')) END;
CREATE MACRO slug(words) AS trim(regexp_replace(lower(strip_accents(words)), '[^a-z0-9]+', '-', 'g'), '-');
CREATE MACRO first_name(row_id) AS pick('first_names', chance(row_id, 'person.first'));
CREATE MACRO last_name(row_id) AS pick('last_names', chance(row_id, 'person.last'));
CREATE MACRO address(row_id, firm_name) AS
    slug(first_name(row_id)) || '.' || slug(last_name(row_id)) || '@' || slug(firm_name) || '.example';
CREATE MACRO phone(row_id) AS '+33 4 ' || format('{:02d} {:02d} {:02d} {:02d}', 20 + whole(row_id, 'phone.1', 80),
    whole(row_id, 'phone.2', 100), whole(row_id, 'phone.3', 100), whole(row_id, 'phone.4', 100));

CREATE MACRO currency_of(country) AS
    CASE country WHEN 'Switzerland' THEN 'CHF' WHEN 'United Kingdom' THEN 'GBP' WHEN 'United States' THEN 'USD' ELSE 'EUR' END;
