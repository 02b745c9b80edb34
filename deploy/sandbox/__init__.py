"""The outside world, simulated over the real protocols: a mailbox behind SMTP and an identity issuer behind OIDC."""
