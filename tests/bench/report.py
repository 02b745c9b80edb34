"""The figures as tables."""

from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


def show(result: Mapping[str, Any], console: Console) -> None:
    """Medians over the runs."""
    runs = result["runs"]

    def middle(figure: Callable[[Mapping[str, Any]], float]) -> float:
        return median(map(figure, runs))

    throughput = Table("", "median", *(f"run {n + 1}" for n in range(len(runs))), title="Throughput")
    for name, key, form in (
        ("deliveries/s", "per_second", "{:,.0f}"),
        ("bare aiosmtplib loop, messages/s", "bare_per_second", "{:,.0f}"),
        ("ratio", "ratio", "{:.2f}"),
    ):
        cells = [form.format(run[key]) for run in runs]
        throughput.add_row(name, form.format(middle(lambda run, key=key: run[key])), *cells)  # type: ignore[misc]
    console.print(throughput)

    cost = Table("process", "CPU s per 10,000", "memory, MB", title="Cost")
    for part in runs[0]["cpu_per_10k"]:
        cpu = middle(lambda run, part=part: run["cpu_per_10k"][part])  # type: ignore[misc]
        cost.add_row(part, f"{cpu:.2f}", f"{max(run['memory'][part] for run in runs):.0f}")
    cost.add_row("all", f"{middle(lambda run: sum(run['cpu_per_10k'].values())):.2f}", "", style="bold")
    cost.add_row("bare loop, itself", f"{middle(lambda run: run['bare_cpu_per_10k']):.2f}", "")
    console.print(cost)

    latency = Table("ms until the mail host accepted", "p50", "p95", "p99", title="Latency")
    for name, figures in (
        ("from the click, idle", result["click_ms"]),
        ("from Kafka, idle, one at a time", result["idle_ms"]),
        (f"from Kafka, at {result['loaded_ms']['per_second']:,.0f}/s", result["loaded_ms"]),
    ):
        latency.add_row(name, *(f"{figures[p]:.1f}" for p in ("p50", "p95", "p99")))
    console.print(latency)
    size = result["message"]
    console.print(
        f"A message: {size['html']:,} bytes of HTML and {size['text']:,} of text, {size['wire']:,} on the wire."
    )
    console.print("The mail host is tests/bench/sink.py.")
