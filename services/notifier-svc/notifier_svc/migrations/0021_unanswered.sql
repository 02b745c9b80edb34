-- What happened that the log has nothing of, as no rule was about it: without a word that people wrote, for eight days, so that
-- a rule can be tried on last week.

create table unanswered (
    company_id uuid not null,
    occurred_at timestamptz not null,
    id uuid not null,                        -- the event's
    type text not null,
    customer_id uuid not null,
    data jsonb not null,                     -- the event: ids, statuses, amounts
    primary key (company_id, occurred_at, id)
);
create index unanswered_over on unanswered using brin (occurred_at);
select guard_company_table('unanswered', 'select');
