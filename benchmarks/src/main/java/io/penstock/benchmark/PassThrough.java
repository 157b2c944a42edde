package io.penstock.benchmark;

import io.penstock.event.InferenceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The reference of every ratio: reads the fixed record as generic Avro, gets and puts it in a logged RocksDB store, writes it
 * as Avro again.
 */
final class PassThrough {
    private static final int FRAME = 5;
    private static final String STORE = "reference-store";

    private PassThrough() {}

    static Topology topology(String input, String output) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        return new Topology()
                .addSource("reference-source", in, in, input)
                .addProcessor("reference", Step::new, "reference-source")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
                                .withCachingDisabled(),
                        "reference")
                .addSink("reference-sink", output, out, out, "reference");
    }

    private static final class Step extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final Schema schema = InferenceRequest.getClassSchema();
        private final GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
        private final GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(schema);
        private @Nullable KeyValueStore<byte[], byte[]> store;
        private @Nullable BinaryEncoder encoder;

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            super.init(context);
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            try {
                byte[] value = record.value();
                GenericRecord event =
                        reader.read(null, DecoderFactory.get().binaryDecoder(value, FRAME, value.length - FRAME, null));
                KeyValueStore<byte[], byte[]> kept = Objects.requireNonNull(store, "init comes first");
                byte[] before = kept.get(record.key());
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length);
                bytes.write(ByteBuffer.allocate(FRAME).put(value, 0, FRAME).array());
                encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
                writer.write(event, encoder);
                encoder.flush();
                byte[] written = bytes.toByteArray();
                kept.put(record.key(), before == null ? written : before);
                context().forward(record.withValue(written));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
