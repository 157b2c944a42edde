package io.penstock.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The record's timestamp, which the broker or a stage of ours set. One below zero, possible only on a topic set up
 * differently from the catalogue, counts as 0: it must neither stop a thread nor drop the record.
 */
public final class BrokerTime implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
