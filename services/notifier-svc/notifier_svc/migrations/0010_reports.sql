-- The report that goes along with a rule's emails.
alter table rule add column attach_report text check (attach_report in ('work_order', 'estimate', 'invoice'));
