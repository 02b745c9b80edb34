"""Jobs, their statuses, visits, payments and work orders; publishes what happened to them."""
