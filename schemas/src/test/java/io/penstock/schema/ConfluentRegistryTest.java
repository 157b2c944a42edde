package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.event.Cancel;
import io.penstock.event.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The genuine client against canned answers; the embedded registry's own tests drive the whole protocol. */
final class ConfluentRegistryTest {
    private static final String SIGNALS = "penstock.signals-by-identity-value";

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private HttpServer server;
    private ConfluentRegistry registry;

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        registry = new ConfluentRegistry(url(), Map.of());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldRegisterTheSchemaAsItIs() {
        // Given
        answers.put("POST /subjects/" + SIGNALS + "/versions", new Answer(200, "{\"id\": 42}"));
        Schema contract = new EventSchemas().contracts().get("Signal");

        // When
        int id = registry.register(SIGNALS, contract);

        // Then
        assertThat(id).isEqualTo(42);
        assertThat(bodies.get("POST /subjects/" + SIGNALS + "/versions"))
                .contains(Signal.class.getSimpleName(), "timestamp-micros", "\\\"default\\\":\\\"\\\"")
                .doesNotContain("avro.java.string");
    }

    @Test
    void shouldSetTheCompatibilityOfASubject() {
        // Given
        answers.put("PUT /config/" + SIGNALS, new Answer(200, "{\"compatibility\": \"FULL_TRANSITIVE\"}"));

        // When
        registry.setCompatibility(SIGNALS, EventCodec.COMPATIBILITY);

        // Then
        assertThat(bodies.get("PUT /config/" + SIGNALS)).contains("FULL_TRANSITIVE");
    }

    @Test
    void shouldFindASchemaByItsId() {
        // Given
        Schema schema = new EventSchemas().contracts().get("Cancel");
        answers.put("GET /schemas/ids/7", schemaAnswer(schema.toString(), null));

        // When
        Schema found = registry.byId(7);

        // Then
        assertThat(found).isEqualTo(schema);
        assertThat(found.getFullName()).isEqualTo(Cancel.getClassSchema().getFullName());
    }

    @Test
    void shouldFindNothingWhereThereIsNoAvroSchema() {
        answers.put(
                "GET /schemas/ids/1", new Answer(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}"));
        answers.put("GET /schemas/ids/2", schemaAnswer("syntax = \\\"proto3\\\";", "PROTOBUF"));
        answers.put("GET /schemas/ids/3", schemaAnswer("{\"type\": \"no such type\"}", null));
        assertThat(registry.byId(1)).isNull();
        assertThat(registry.byId(2)).isNull();
        assertThat(registry.byId(3)).isNull();
    }

    @Test
    void shouldTellARefusalFromAFailure() {
        // Given
        Schema schema = new EventSchemas().contracts().get("Signal");
        String path = "POST /subjects/" + SIGNALS + "/versions";

        // Then
        answers.put(path, new Answer(409, "{\"error_code\": 409, \"message\": \"incompatible\"}"));
        assertThatThrownBy(() -> registry.register(SIGNALS, schema))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("schema registry " + url() + " answers 409 to: register "
                        + "io.penstock.event.Signal as " + SIGNALS + " (incompatible");
        answers.put(path, new Answer(500, "{\"error_code\": 50001, \"message\": \"store\"}"));
        assertThatThrownBy(() -> registry.register(SIGNALS, schema)).isInstanceOf(RegistryUnavailableException.class);
        answers.put("GET /schemas/ids/1", new Answer(503, "{\"error_code\": 503, \"message\": \"starting\"}"));
        assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void shouldBeUnavailableWhenNothingListens() {
        // Given
        String url = url();
        server.stop(0);

        // Then
        assertThatThrownBy(() -> registry.byId(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessage("schema registry " + url + " cannot be reached to look up schema 1");
    }

    private String url() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    private static Answer schemaAnswer(String schema, String type) {
        String escaped = type == null ? schema.replace("\\", "\\\\").replace("\"", "\\\"") : schema;
        return new Answer(
                200,
                "{\"schema\": \"" + escaped + "\"" + (type == null ? "" : ", \"schemaType\": \"" + type + "\"") + "}");
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        bodies.put(path, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Answer answer =
                answers.getOrDefault(path, new Answer(400, "{\"error_code\": 400, \"message\": \"" + path + "\"}"));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
