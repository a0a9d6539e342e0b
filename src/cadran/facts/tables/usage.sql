-- One row per day on which an account used a feature.
select u.id, u.account_id, a.account, a.industry, a.segment, u.feature, u.count, u.day as used_on
from raw.usage u
left join (
    from shared.account
    --touched: where id in (select account_id from raw.usage where touched(id))
) a on a.id = u.account_id
where u.archived_at is null and touched(u.id)
order by used_on, u.id
