"""A service says what it imports: an image of it alone must start."""

import ast
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.parent for path in (ROOT / "services").glob("*/pyproject.toml"))
OURS = {"contracts", *(service.name.replace("-", "_") for service in SERVICES)}


def imported(service: Path) -> set[str]:
    """The distributions of the modules that the service's own code imports."""
    modules = set[str]()
    for file in service.glob("*/**/*.py"):
        if "tests" in file.parts or file.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    homes = packages_distributions()
    return {canonicalize_name(homes[module][0]) for module in modules - OURS - sys.stdlib_module_names}


def installed(name: str, extras: frozenset[str], found: set[str]) -> set[str]:
    """What is there where `name` is installed."""
    found.add(name)
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        wanted = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in {"", *extras})
        if wanted and canonicalize_name(needed.name) not in found:
            installed(canonicalize_name(needed.name), frozenset(needed.extras), found)
    return found


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_names_every_package_that_it_imports(service: Path) -> None:
    name = service.name if service.name.endswith("-svc") else f"fieldbell-{service.name}"
    assert imported(service) - installed(canonicalize_name(name), frozenset(), set()) == set()
