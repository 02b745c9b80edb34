-- Both indexes of destinations began with the company. While the table was new, a claim's plan took the wrong one, was
-- kept, and read all of a company's addresses for each message. Now there is only one way to an address by its id.

create index destination_of_customer on destination (customer_id);
drop index destination_customer;
