-- name: words_of_try$
select body from rendering where occurred_month = $1 and delivery_id = $2 and n = $3;
