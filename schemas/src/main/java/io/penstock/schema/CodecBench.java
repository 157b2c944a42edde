package io.penstock.schema;

import io.penstock.event.Decision;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** One thread's reusable tools of an {@link EventCodec}: buffer, encoder, decoder, and readers by writer's schema. */
final class CodecBench {
    // One 8 MiB event must not pin 8 MiB on every thread for ever.
    private static final int KEPT_BUFFER_BYTES = 1 << 20;
    private static final int FIRST_BUFFER_BYTES = 1 << 12;
    private static final int MAX_READERS = 1_000;

    private final Map<Class<?>, SpecificDatumWriter<SpecificRecord>> writers = new HashMap<>();
    private final Map<ReaderKey, SpecificDatumReader<?>> readers = new HashMap<>();
    private final BoundedDecoder decoder = new BoundedDecoder();
    private ByteArrayOutputStream buffer = new ByteArrayOutputStream(FIRST_BUFFER_BYTES);
    private @Nullable BinaryEncoder encoder;

    private record ReaderKey(Class<?> type, int writerId) {}

    byte[] encode(int id, SpecificRecord event) {
        buffer.reset();
        buffer.write(0);
        buffer.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
        try {
            writers.computeIfAbsent(event.getClass(), type -> writer(event)).write(event, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory cannot be written", e);
        } catch (RuntimeException e) {
            // What is left half written in the encoder must not come out in front of the next event.
            encoder = null;
            throw explained(event, e);
        }
        byte[] bytes = buffer.toByteArray();
        if (bytes.length > KEPT_BUFFER_BYTES) {
            buffer = new ByteArrayOutputStream(FIRST_BUFFER_BYTES);
            encoder = null;
        }
        return bytes;
    }

    /** The generated encoders fail without saying where; Avro's own writer names the path, e.g. Decision.tenant. */
    private static RuntimeException explained(SpecificRecord event, RuntimeException failure) {
        try {
            BinaryEncoder nowhere = EncoderFactory.get().binaryEncoder(OutputStream.nullOutputStream(), null);
            SpecificData data = SpecificData.getForClass(event.getClass());
            new SpecificDatumWriter<SpecificRecord>(event.getSchema(), data).write(event, nowhere);
            return failure;
        } catch (IOException | RuntimeException explained) {
            return new IllegalArgumentException("cannot encode: " + explained.getMessage(), explained);
        }
    }

    private static SpecificDatumWriter<SpecificRecord> writer(SpecificRecord event) {
        // The generated encoders are about three times as fast as Avro's walk over the schema. A copy of the data
        // model,
        // since the record's own is shared.
        SpecificData fast = new SpecificData(event.getClass().getClassLoader());
        SpecificData.getForClass(event.getClass()).getConversions().forEach(fast::addLogicalTypeConversion);
        fast.setCustomCoders(true);
        return event instanceof Decision
                ? new DecisionWriter(fast)
                : new SpecificDatumWriter<>(event.getSchema(), fast);
    }

    /** Reads one body. */
    private interface Body<T> {
        T read(BoundedDecoder in) throws IOException;
    }

    <T extends SpecificRecord> T decode(Class<T> type, int id, Schema writer, byte[] bytes) {
        SpecificDatumReader<?> reader = reader(type, id, writer);
        return decode(type, bytes, in -> type.cast(reader.read(null, in)));
    }

    /** Of a decision that was written with our own schema. */
    Decision decodeWithoutGrounds(byte[] bytes) {
        return decode(Decision.class, bytes, DecisionReader::readWithoutGrounds);
    }

    private <T extends SpecificRecord> T decode(Class<T> type, byte[] bytes, Body<T> body) {
        decoder.start(bytes, EventCodec.HEADER_BYTES);
        try {
            T event = body.read(decoder);
            if (decoder.remaining() > 0) {
                throw malformed(
                        MalformedEventException.Reason.TRAILING_BYTES,
                        type,
                        decoder.remaining() + " bytes are left after the record");
            }
            return event;
        } catch (EOFException e) {
            throw malformed(
                    MalformedEventException.Reason.TRUNCATED,
                    type,
                    "the body of " + bytes.length + " bytes ends inside a value that starts before byte "
                            + decoder.position());
        } catch (BoundedDecoder.CorruptValueException e) {
            throw malformed(MalformedEventException.Reason.CORRUPT, type, corrupt(String.valueOf(e.getMessage())));
        } catch (MalformedEventException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Whatever Avro trips over in bytes from outside, it is the bytes; its message may quote them, so it stays
            // out.
            throw malformed(
                    MalformedEventException.Reason.CORRUPT,
                    type,
                    corrupt(e.getClass().getSimpleName()));
        } finally {
            decoder.release();
        }
    }

    private String corrupt(String what) {
        return what + " before byte " + decoder.position();
    }

    private static MalformedEventException malformed(
            MalformedEventException.Reason reason, Class<?> type, String what) {
        return new MalformedEventException(reason, "not a " + type.getSimpleName() + ": " + what);
    }

    private SpecificDatumReader<?> reader(Class<?> type, int id, Schema writer) {
        ReaderKey key = new ReaderKey(type, id);
        SpecificDatumReader<?> known = readers.get(key);
        if (known != null) {
            return known;
        }
        SpecificDatumReader<?> made = newReader(type, id, writer);
        if (readers.size() >= MAX_READERS) {
            readers.clear();
        }
        readers.put(key, made);
        return made;
    }

    private static SpecificDatumReader<?> newReader(Class<?> type, int id, Schema writer) {
        SpecificData data = SpecificData.getForClass(type);
        Schema expected = data.getSchema(type);
        if (!expected.getFullName().equals(writer.getType() == Schema.Type.RECORD ? writer.getFullName() : "")) {
            throw malformed(
                    MalformedEventException.Reason.WRONG_RECORD,
                    type,
                    "schema " + id + " is of " + writer.getType() + " " + writer.getFullName());
        }
        SchemaCompatibilityType compatible = SchemaCompatibility.checkReaderWriterCompatibility(expected, writer)
                .getType();
        if (compatible != SchemaCompatibilityType.COMPATIBLE) {
            throw malformed(
                    MalformedEventException.Reason.INCOMPATIBLE_SCHEMA,
                    type,
                    "schema " + id + " cannot be read as ours; register it with the compatibility "
                            + EventCodec.COMPATIBILITY);
        }
        return new SpecificDatumReader<>(writer, expected, data);
    }
}
