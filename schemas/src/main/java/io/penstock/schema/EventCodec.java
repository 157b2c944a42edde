package io.penstock.schema;

import io.penstock.event.Decision;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into Confluent-framed Avro and back: one zero byte, the schema id (4 bytes, big-endian), the Avro body. Ids
 * of our own schemas are fixed when it is made, so {@link #encode} and {@link #decode} never touch the network; a foreign
 * writer's id is looked up by {@link #resolve}, which blocks. Thread-safe.
 */
public final class EventCodec {
    /** The level that every subject is set to before its first schema. */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private static final String DECISION = Decision.getClassSchema().getFullName();
    static final int HEADER_BYTES = 1 + Integer.BYTES;
    // A hostile producer can make up four billion ids; what the registry refused is remembered for the latest only.
    private static final int MAX_REFUSED = 10_000;

    private final SchemaRegistry registry;
    private final Map<Integer, Schema> writers = new ConcurrentHashMap<>();
    private final Map<String, Integer> ownIds = new ConcurrentHashMap<>();
    private final Set<Integer> refused =
            Collections.synchronizedSet(Collections.newSetFromMap(new Latest(MAX_REFUSED)));
    private final ThreadLocal<CodecBench> benches = ThreadLocal.withInitial(CodecBench::new);

    private EventCodec(SchemaRegistry registry) {
        this.registry = registry;
    }

    /**
     * A codec whose schemas are registered, each subject set to {@link #COMPATIBILITY} first.
     *
     * @throws IllegalStateException if the registry refuses one of our schemas
     * @throws RegistryUnavailableException if the registry is down
     */
    public static EventCodec connect(SchemaRegistry registry, Collection<PlannedTopic> topics) {
        EventCodec codec = new EventCodec(registry);
        codec.register(topics);
        return codec;
    }

    /** A codec without a registry, for tests and tools: our records have the ids 1, 2, ... in order of their names. */
    public static EventCodec local() {
        EventCodec codec = new EventCodec(new NoRegistry());
        int id = 0;
        for (Schema contract : new EventSchemas().contracts().values()) {
            codec.know(++id, contract);
        }
        return codec;
    }

    /** Registers the schemas of more topics, e.g. of a new tenant; blocks on the registry like {@link #connect}. */
    public void register(Collection<PlannedTopic> topics) {
        Map<String, Schema> subjects = new LinkedHashMap<>();
        for (PlannedTopic topic : topics) {
            if (topic.subject() != null && topic.schema() != null) {
                subjects.put(topic.subject(), topic.schema());
            }
        }
        subjects.forEach((subject, schema) -> {
            registry.setCompatibility(subject, COMPATIBILITY);
            know(registry.register(subject, schema), schema);
        });
    }

    private void know(int id, Schema schema) {
        writers.put(id, schema);
        ownIds.putIfAbsent(schema.getFullName(), id);
    }

    /**
     * The framed bytes of an event.
     *
     * @throws IllegalStateException if its record is not among those registered
     * @throws IllegalArgumentException that names the field if one is null that may not be
     */
    public byte[] encode(SpecificRecord event) {
        Schema schema = event.getSchema();
        Integer id = ownIds.get(schema.getFullName());
        if (id == null) {
            throw new IllegalStateException(
                    "no schema of " + schema.getFullName() + " was registered; known are " + ownIds.keySet());
        }
        return benches.get().encode(id, event);
    }

    /**
     * The event in framed bytes.
     *
     * @throws MalformedEventException if they are not such an event, whatever they are
     * @throws UnresolvedSchemaException if the writer's schema must be looked up first, see {@link #missingSchema}
     */
    public <T extends SpecificRecord> T decode(Class<T> type, byte @Nullable [] bytes) {
        int id = idOf(bytes);
        Schema writer = writers.get(id);
        if (writer == null) {
            if (refused.contains(id)) {
                throw new MalformedEventException(
                        MalformedEventException.Reason.UNKNOWN_SCHEMA, "the registry has no Avro schema " + id);
            }
            throw new UnresolvedSchemaException(id);
        }
        return benches.get().decode(type, id, writer, Objects.requireNonNull(bytes));
    }

    /**
     * A decision without candidates, weights and signals, which are most of its bytes and of no use to whoever only follows
     * its attempt: those fields are as in a new record.
     *
     * @throws MalformedEventException as {@link #decode}
     * @throws UnresolvedSchemaException likewise
     */
    public Decision decodeWithoutGrounds(byte @Nullable [] bytes) {
        Integer own = ownIds.get(DECISION);
        return own != null && own == idOf(bytes)
                ? benches.get().decodeWithoutGrounds(Objects.requireNonNull(bytes))
                : decode(Decision.class, bytes);
    }

    private static int idOf(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            throw new MalformedEventException(MalformedEventException.Reason.EMPTY, "the value is empty");
        }
        if (bytes[0] != 0) {
            throw new MalformedEventException(
                    MalformedEventException.Reason.WRONG_MAGIC,
                    "the first byte is " + (bytes[0] & 0xFF) + ", not 0: this is not the Confluent wire format");
        }
        if (bytes.length < HEADER_BYTES) {
            throw new MalformedEventException(
                    MalformedEventException.Reason.TOO_SHORT,
                    "the value has " + bytes.length + " bytes, but its header alone needs " + HEADER_BYTES);
        }
        return ByteBuffer.wrap(bytes).getInt(1);
    }

    /** The writer's schema id if the bytes are well framed and it must be resolved before they can be decoded. */
    public OptionalInt missingSchema(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length < HEADER_BYTES || bytes[0] != 0) {
            return OptionalInt.empty();
        }
        int id = idOf(bytes);
        return writers.containsKey(id) || refused.contains(id) ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * Looks a writer's schema up and remembers it, or that the registry has none. Blocks: never call it in a stream thread.
     *
     * @throws RegistryUnavailableException if the registry is down: nothing is remembered, try again
     */
    public void resolve(int id) {
        if (writers.containsKey(id)) {
            return;
        }
        Schema schema = registry.byId(id);
        if (schema == null) {
            refused.add(id);
        } else {
            writers.put(id, schema);
        }
    }

    /**
     * The same as a Kafka serde, also for state stores. A null stays null both ways (a tombstone); anything else that is
     * not the event throws as {@link #decode} does.
     */
    public <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, event) -> event == null ? null : encode(event),
                (topic, bytes) -> bytes == null ? null : decode(type, bytes));
    }

    private static final class NoRegistry implements SchemaRegistry {
        @Override
        public int register(String subject, Schema schema) {
            throw new IllegalStateException("a local codec has no registry to register " + subject + " with");
        }

        @Override
        public void setCompatibility(String subject, String level) {
            throw new IllegalStateException("a local codec has no registry to set " + subject + " in");
        }

        @Override
        public @Nullable Schema byId(int id) {
            return null;
        }
    }

    private static final class Latest extends LinkedHashMap<Integer, Boolean> {
        private final int limit;

        Latest(int limit) {
            this.limit = limit;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > limit;
        }
    }
}
