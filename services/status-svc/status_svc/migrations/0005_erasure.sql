-- Deleted customers of whom something may have been written meanwhile.
create table erasure (
    company_id uuid not null,
    customer_id uuid not null,
    due_at timestamptz not null,
    primary key (company_id, customer_id)
);
select guard_company_table('erasure', 'select');

-- What shows a picture?
create index notes_images on notes using gin (images);
create index signatures_image on signatures (company_id, image);
