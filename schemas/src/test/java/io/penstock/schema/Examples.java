package io.penstock.schema;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** One event of each record with every field set, to values that depend on the schema alone. */
final class Examples {
    private final int branch;
    private int counter;

    private Examples(int branch) {
        this.branch = branch;
    }

    /** Examples by name; a record that holds one of several bodies has one a body: Signal.Feedback, Signal.Cancel. */
    static Map<String, SpecificRecord> all() {
        Map<String, SpecificRecord> examples = new TreeMap<>();
        for (Schema schema : new EventSchemas().generated().values()) {
            Schema.Field body = schema.getField("body");
            if (body == null) {
                examples.put(schema.getName(), (SpecificRecord) new Examples(1).record(schema));
                continue;
            }
            List<Schema> bodies = body.schema().getTypes();
            for (int i = 1; i < bodies.size(); i++) {
                examples.put(schema.getName() + "." + bodies.get(i).getName(), (SpecificRecord)
                        new Examples(i).record(schema));
            }
        }
        return examples;
    }

    private Object record(Schema schema) {
        SpecificRecord record =
                (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), value(field.name(), field.schema()));
        }
        return record;
    }

    private Object value(String name, Schema schema) {
        counter++;
        LogicalType logical = schema.getLogicalType();
        if (logical instanceof LogicalTypes.TimestampMillis) {
            return Instant.ofEpochMilli(1_700_000_000_000L + counter);
        }
        if (logical instanceof LogicalTypes.TimestampMicros) {
            return Instant.ofEpochSecond(1_700_000_000L, counter * 1_000L);
        }
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ENUM -> symbol(schema);
            case ARRAY -> List.of(value(name, schema.getElementType()), value(name, schema.getElementType()));
            case MAP -> map(name, schema);
            case UNION ->
                value(
                        name,
                        schema.getTypes().get(Math.min(branch, schema.getTypes().size() - 1)));
            case STRING -> name + " " + counter + " ü𝔸";
            case BYTES ->
                ByteBuffer.wrap(BigInteger.valueOf(-1 - counter).shiftLeft(40).toByteArray());
            case INT -> counter % 2 == 0 ? counter : -counter;
            case LONG -> counter * 10_000_000_000L;
            case FLOAT -> counter + 0.5f;
            case DOUBLE -> counter / 7.0;
            case BOOLEAN -> true;
            case FIXED, NULL -> throw new IllegalStateException(name + " has the type " + schema.getType());
        };
    }

    private Map<String, Object> map(String name, Schema schema) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", value(name, schema.getValueType()));
        return map;
    }

    private static Object symbol(Schema schema) {
        List<String> symbols = schema.getEnumSymbols();
        return SpecificData.get().createEnum(symbols.get(symbols.size() - 1), schema);
    }
}
