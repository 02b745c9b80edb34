-- The numbers that a company texted from once: who was written to from there may answer STOP long after.
create table former_number (
    company_id uuid not null references sender (company_id) on delete cascade,
    number text not null,
    until timestamptz not null default now(),
    primary key (company_id, number)
);
create index former_number_number on former_number (number, until);
select guard_company_table('former_number', 'select, insert, update');
