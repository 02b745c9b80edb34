-- What customers set themselves, among all that was ever changed: a batch edit says how much of it it would overrule.
create index change_own on change (company_id, customer_id) where how in ('portal', 'preference link');
