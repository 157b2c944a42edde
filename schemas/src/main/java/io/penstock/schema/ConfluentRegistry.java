package io.penstock.schema;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.RestService;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaString;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.jspecify.annotations.Nullable;

/**
 * The genuine Confluent client, as Flink relocates it on Maven Central; the one class that names it. Schemas cross as JSON
 * text, since the client brings an Avro of its own. Thread-safe.
 */
public final class ConfluentRegistry implements SchemaRegistry {
    private static final int CACHED_SCHEMAS = 1_000;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final Map<String, Object> DEFAULTS =
            Map.of("http.connect.timeout.ms", 5_000, "http.read.timeout.ms", 15_000);

    private final String url;
    private final RestService rest;
    private final CachedSchemaRegistryClient client;

    /**
     * @param url one address, or several separated by commas
     * @param config of the Confluent client (credentials, TLS, time-outs); time-outs default to 5 s and 15 s
     */
    public ConfluentRegistry(String url, Map<String, ?> config) {
        Map<String, Object> effective = new HashMap<>(DEFAULTS);
        effective.putAll(config);
        this.url = url;
        this.rest = new RestService(List.of(url.split(",")));
        this.client = new CachedSchemaRegistryClient(rest, CACHED_SCHEMAS, effective);
    }

    @Override
    public int register(String subject, Schema schema) {
        return call(
                "register " + schema.getFullName() + " as " + subject,
                () -> client.register(subject, new AvroSchema(schema.toString())));
    }

    @Override
    public void setCompatibility(String subject, String level) {
        String set = call("set " + subject + " to " + level, () -> client.updateCompatibility(subject, level));
        if (!level.equals(set)) {
            throw new IllegalStateException(
                    "schema registry " + url + " set " + subject + " to " + set + " instead of " + level);
        }
    }

    @Override
    public @Nullable Schema byId(int id) {
        // The cached client would report a schema that is not Avro as an I/O error, which means "try again" here.
        Optional<SchemaString> answer = call("look up schema " + id, () -> lookUp(id));
        if (answer.isEmpty()) {
            return null;
        }
        SchemaString found = answer.get();
        if (found.getSchemaType() != null && !"AVRO".equals(found.getSchemaType())) {
            return null;
        }
        try {
            return new Schema.Parser().parse(found.getSchemaString());
        } catch (SchemaParseException e) {
            return null;
        }
    }

    private Optional<SchemaString> lookUp(int id) throws IOException, RestClientException {
        try {
            return Optional.of(rest.getId(id));
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private <T> T call(String what, Request<T> request) {
        try {
            return request.send();
        } catch (RestClientException e) {
            String message = "schema registry " + url + " answers " + e.getStatus() + " to: " + what + " ("
                    + e.getMessage() + ")";
            if (e.getStatus() == CONFLICT || e.getStatus() == UNPROCESSABLE) {
                throw new IllegalStateException(message, e);
            }
            throw new RegistryUnavailableException(message, e);
        } catch (IOException e) {
            throw new RegistryUnavailableException("schema registry " + url + " cannot be reached to " + what, e);
        }
    }

    @FunctionalInterface
    private interface Request<T> {
        T send() throws IOException, RestClientException;
    }
}
