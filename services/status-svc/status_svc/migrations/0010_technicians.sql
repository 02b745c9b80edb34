-- Who comes to the door. A photo is known by its hash; the older ones stay, because mail that was sent shows them.
create table technicians (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    photo_url text,
    primary key (company_id, id)
);
select guard_company_table('technicians');

create table technician_photos (
    company_id uuid not null,
    technician_id uuid not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content_type text not null,
    data bytea not null,
    primary key (company_id, technician_id, sha256),
    foreign key (company_id, technician_id) references technicians
);
alter table technician_photos alter column data set storage external;  -- compressed already
create index technician_photos_sha256 on technician_photos (sha256);
select guard_company_table('technician_photos');

-- Which visits are to come?
create index visits_ends_at on visits (company_id, ends_at);
