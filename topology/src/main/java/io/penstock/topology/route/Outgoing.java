package io.penstock.topology.route;

import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;

/** A record that is encoded and measured before it is forwarded, with the topic it goes to. */
record Outgoing(String topic, Bytes value) {
    static Serializer<Outgoing> serializer() {
        return (topic, outgoing) -> outgoing.value.get();
    }
}
