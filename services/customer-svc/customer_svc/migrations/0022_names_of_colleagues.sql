-- What the tokens of colleagues called them who changed a customer, or began an edit or an import of many. Of customers
-- themselves no name is kept here: theirs goes when they are erased.
alter table change add column actor_name text;
alter table batch_edit add column actor_name text;
alter table customer_import add column actor_name text;
