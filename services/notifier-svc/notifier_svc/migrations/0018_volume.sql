-- How much a company was to send, by the hour in which it happened: what is usual, and what is far more than that.

create table volume (
    company_id uuid not null,
    hour timestamptz not null,
    part smallint not null default 0,        -- those who plan at once count in parts of their own, and wait for nobody
    planned int not null default 0,
    judged boolean not null default true,    -- false: the office resumed in this hour, so all of it was meant
    primary key (company_id, hour, part)
) with (fillfactor = 70);
select guard_company_table('volume', 'select, insert, update');
