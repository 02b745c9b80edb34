"""The same bytes by a bare aiosmtplib loop: kept connections, nothing planned, rendered, written or told.

`python -m tests.bench.bare PORT FILE COUNT CONNECTIONS` prints the seconds and the CPU seconds it took.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiosmtplib
import uvloop


async def send(port: int, message: bytes, turns: Iterator[int]) -> None:
    """One connection's share."""
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    for _ in turns:
        await client.sendmail("bench@fieldbell.example", ["customer@example.com"], message)
    await client.quit()


async def measure(port: int, message: bytes, count: int, connections: int) -> dict[str, float]:
    """Seconds that all messages took over these connections, and CPU seconds."""
    turns = iter(range(count))
    start = time.perf_counter()
    await asyncio.gather(*(send(port, message, turns) for _ in range(connections)))
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime}


if __name__ == "__main__":
    port, file, count, connections = sys.argv[1:]
    result = uvloop.run(measure(int(port), Path(file).read_bytes(), int(count), int(connections)))
    sys.stdout.write(json.dumps(result) + "\n")
