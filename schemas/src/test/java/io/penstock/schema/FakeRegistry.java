package io.penstock.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;

/** A registry in memory: equal schemas share an id, as the real ones do. */
final class FakeRegistry implements SchemaRegistry {
    private final List<String> calls = new ArrayList<>();
    private final Map<Integer, Schema> schemas = new TreeMap<>();
    private boolean down;

    /** Puts a foreign writer's schema under the next id. */
    int add(Schema schema) {
        int id = 100 + schemas.size();
        schemas.put(id, schema);
        return id;
    }

    void setDown(boolean down) {
        this.down = down;
    }

    List<String> calls() {
        return calls;
    }

    @Override
    public int register(String subject, Schema schema) {
        record("register " + subject);
        return schemas.entrySet().stream()
                .filter(known -> known.getValue().equals(schema))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> add(schema));
    }

    @Override
    public void setCompatibility(String subject, String level) {
        record(level + " " + subject);
    }

    @Override
    public Schema byId(int id) {
        record("get " + id);
        return schemas.get(id);
    }

    private void record(String call) {
        if (down) {
            throw new RegistryUnavailableException("down", new IOException("refused"));
        }
        calls.add(call);
    }
}
