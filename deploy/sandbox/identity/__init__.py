"""The identity issuer: personas of two demo companies, service clients, RS256 tokens."""
