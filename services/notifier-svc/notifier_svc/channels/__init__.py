"""How a message leaves the house: its form, and the protocol that carries it."""
