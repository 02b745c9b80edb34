"""All of Fieldbell on one machine: PostgreSQL, Kafka, the sandbox and the services; no root, no containers."""
