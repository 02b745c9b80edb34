"""What operators watch: alerts, a dashboard, and what Prometheus asks for both."""
