"""The runtime the services share: settings, database, outbox, Kafka, HTTP, auth, telemetry. Knows no business."""
