"""Apache Kafka from Maven's jars and a Java runtime from a wheel."""
