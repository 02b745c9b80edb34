"""The gateway: one address for the office's web app, the portal and the APIs (Envoy)."""
