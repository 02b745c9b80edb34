-- name: wait_for_turn!
-- Whoever asks for the same turn waits until this transaction ends; also where there is no row to lock yet.
-- What the other one wrote is seen by the statements that follow, not by this one.
select pg_advisory_xact_lock(hashtextextended($1, 0));
