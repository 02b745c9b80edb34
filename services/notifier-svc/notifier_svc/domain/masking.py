"""Addresses as the log shows them: enough to recognise, too little to write to."""

from contracts.deliveries import Channel


def mask(channel: Channel, address: str) -> str:
    """`m***@example.com`, `+1*******42`."""
    if channel is Channel.EMAIL:
        local, _, domain = address.rpartition("@")
        return f"{local[:1]}***@{domain}"
    return f"{address[:2]}{'*' * max(0, len(address) - 4)}{address[-2:]}"
