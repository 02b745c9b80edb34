-- outside a transaction
-- A rule is tried on the newest of a company's news of one type, whoever else has how much.
create index concurrently occurrence_news on occurrence (company_id, type, occurred_at);
create index concurrently unanswered_news on unanswered (company_id, type, occurred_at);
