#!/usr/bin/env python3
"""A client of Penstock in another language: nothing but confluent-kafka with its own partitioner and Avro serializer.

Sends requests of several sessions, waits for the responses, judges each answer, and checks from the topics that every
request was answered once, that each session was routed in order, and that each verdict was learned from.

Needs: pip install "confluent-kafka[avro]==2.16.0"
Use:   client.py --bootstrap-servers 127.0.0.1:19092 --schema-registry http://127.0.0.1:18081 --sample outcomes.jsonl.gz
Prints one JSON object; exit code 0 if all of it holds, 1 if not.
"""

import argparse
import gzip
import json
import sys
import time
import uuid

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext, StringSerializer


class Client:
    def __init__(self, options):
        self.options = options
        self.registry = SchemaRegistryClient({"url": options.schema_registry})
        self.key = StringSerializer("utf_8")
        self.read = AvroDeserializer(self.registry)
        self.producer = Producer({"bootstrap.servers": options.bootstrap_servers, "linger.ms": 0, "acks": "all"})
        self.serializers = {}
        self.failed = []

    def send(self, topic, key, value):
        if topic not in self.serializers:
            schema = self.registry.get_latest_version(topic + "-value").schema
            self.serializers[topic] = AvroSerializer(
                self.registry, schema, conf={"auto.register.schemas": False, "use.latest.version": True}
            )
        body = self.serializers[topic](value, SerializationContext(topic, MessageField.VALUE))
        self.producer.produce(topic, key=self.key(key), value=body, on_delivery=self._delivered)
        self.producer.poll(0)

    def _delivered(self, error, message):
        if error is not None:
            self.failed.append(str(error))

    def follow(self, topic):
        """A consumer of a whole topic from its beginning, and how many partitions it has."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.options.bootstrap_servers,
                "group.id": "python-" + uuid.uuid4().hex,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
            }
        )
        partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions])
        return consumer, len(partitions)

    def collect(self, topic, enough, seconds):
        """All values of a topic until there are enough of them or the time is over."""
        consumer, _ = self.follow(topic)
        values = []
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end and not enough(values):
                message = consumer.poll(0.2)
                if message is not None and message.error() is None:
                    context = SerializationContext(topic, MessageField.VALUE)
                    values.append(self.read(message.value(), context))
        finally:
            consumer.close()
        return values


def defaults(schema_client, subject):
    """A record's defaults, so that a request need only say what it wants to say."""
    schema = json.loads(schema_client.get_latest_version(subject).schema.schema_str)
    return {field["name"]: field["default"] for field in schema["fields"] if "default" in field}


def sample(path, count):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number >= count:
                return
            yield json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap-servers", required=True)
    parser.add_argument("--schema-registry", required=True)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--tenant", default="default")
    parser.add_argument("--prefix", default="penstock.")
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--sessions", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=120)
    options = parser.parse_args()

    client = Client(options)
    requests = f"{options.prefix}requests.online.{options.tenant}"
    feedback = f"{options.prefix}feedback.{options.tenant}"
    run = "py-" + uuid.uuid4().hex[:8]
    request = defaults(client.registry, requests + "-value")
    sent = {}
    for number, prompt in enumerate(sample(options.sample, options.requests)):
        session = f"{run}-s{number % options.sessions}"
        request_id = f"{run}-{number:04d}"
        sent.setdefault(session, []).append(request_id)
        body = dict(request, request_id=request_id, session_id=session, prompt=prompt["prompt"])
        body["attributes"] = {"penstock.recorded-id": prompt["id"]}
        client.send(requests, session, body)
    client.producer.flush(30)
    ids = {request_id for session in sent.values() for request_id in session}

    def mine(values):
        return [value for value in values if value["request_id"] in ids]

    responses = mine(
        client.collect(
            f"{options.prefix}responses.{options.tenant}", lambda found: len(mine(found)) >= len(ids), options.timeout
        )
    )
    verdict = defaults(client.registry, feedback + "-value")
    for response in responses:
        request_id = response["request_id"]
        body = dict(verdict, feedback_id="python:" + request_id, request_id=request_id, source="python", value=0.75)
        client.send(feedback, request_id, body)
    client.producer.flush(30)

    def judged(values):
        return {value["request_id"] for value in mine(values) if value["source"] == "python"}

    outcomes = client.collect(f"{options.prefix}outcomes", lambda found: judged(found) >= ids, options.timeout)
    decisions = mine(
        client.collect(f"{options.prefix}decisions", lambda found: len(mine(found)) >= len(ids), options.timeout)
    )
    _, partitions = client.follow(requests)
    routed = {}
    for decision in sorted(decisions, key=lambda one: one["route_sequence"]):
        routed.setdefault(decision["session_id"], []).append((decision["route_partition"], decision["request_id"]))
    out_of_order = [
        session
        for session, wanted in sent.items()
        if [request_id for _, request_id in routed.get(session, [])] != wanted
        or len({partition for partition, _ in routed.get(session, [])}) != 1
    ]
    result = {
        "partitions": partitions,
        "sent": len(ids),
        "send_errors": client.failed,
        "responses": len(responses),
        "answered": sum(response["kind"] == "ANSWERED" for response in responses),
        "answered_twice": len(responses) - len({response["request_id"] for response in responses}),
        "sessions": len(sent),
        "sessions_out_of_order": out_of_order,
        "verdicts_learned": len(judged(outcomes)),
    }
    print(json.dumps(result))
    good = (
        result["answered"] == len(ids)
        and result["answered_twice"] == 0
        and not out_of_order
        and not client.failed
        and result["verdicts_learned"] == len(ids)
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
