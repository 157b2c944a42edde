package io.penstock.app.crash;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The producer of Kafka Streams, with the places where a process may be told to die or to stand still. Used on one stream thread. */
final class FaultyProducer extends KafkaProducer<byte[], byte[]> {
    private final Faults faults;
    private int sent;
    private boolean offsetsSent;

    FaultyProducer(Map<String, Object> config, Faults faults) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.faults = faults;
    }

    @Override
    public void beginTransaction() {
        sent = 0;
        offsetsSent = false;
        super.beginTransaction();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (record.topic().endsWith("decisions") && faults.armed(Faults.BEFORE_DECISION)) {
            flush();
            faults.halt(Faults.BEFORE_DECISION, Faults.BEFORE_DECISION_LINE + " records=" + sent);
        }
        sent++;
        return super.send(record, callback);
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        super.sendOffsetsToTransaction(offsets, groupMetadata);
        offsetsSent = true;
    }

    @Override
    public void commitTransaction() {
        if (sent > 0 && offsetsSent && faults.armed(Faults.IN_COMMIT)) {
            flush();
            faults.halt(Faults.IN_COMMIT, Faults.IN_COMMIT_LINE + " records=" + sent + " offsets=sent");
        }
        if (sent > 0 && offsetsSent && faults.armed(Faults.STOP_IN_COMMIT)) {
            flush();
            faults.stop(Faults.STOP_IN_COMMIT, Faults.STOPPED_LINE + " records=" + sent + " offsets=sent");
        }
        super.commitTransaction();
    }
}
