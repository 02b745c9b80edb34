"""HTTP, by resource: handlers translate between requests and the domain, and open the transaction."""
