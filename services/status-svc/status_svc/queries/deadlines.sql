-- name: set_deadline!
insert into deadlines (company_id, job_id, due_at) values ($1, $2, $3)
on conflict (company_id, job_id) do update set due_at = excluded.due_at;

-- name: put_off_deadline!
-- One that was settled, or set anew, meanwhile stays as it is.
update deadlines set due_at = $3 where job_id = $1 and due_at <= $2;

-- name: drop_deadline!
delete from deadlines where company_id = $1 and job_id = $2;

-- name: due_deadlines
select company_id, job_id from deadlines where due_at <= $1 order by due_at limit $2;

-- name: lock_free_job$
-- What somebody works on at this moment is left to the next time.
select id from jobs where id = $1 for update skip locked;

-- name: deadline_passed$
-- Asked once the job is locked: another may have been here.
select exists (select from deadlines where job_id = $1 and due_at <= $2);
