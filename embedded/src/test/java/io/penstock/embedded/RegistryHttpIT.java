package io.penstock.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes over the wire, byte for byte, for good and bad requests. */
final class RegistryHttpIT {
    private static final String RECORD = "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":[]}";

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.temporary();
        registry = EmbeddedRegistry.start(
                new RegistrySettings(broker.bootstrapServers(), 0, "penstock.schemas", Map.of()));
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
    }

    @Test
    void shouldServeTheWholeLifeOfASubject() throws Exception {
        String body = "{\"schema\":\"" + RECORD + "\"}";
        answers("POST", "/subjects/life/versions?normalize=true", body, 200, "{\"id\":1,\"version\":1}");
        String stored = "{\"subject\":\"life\",\"version\":1,\"id\":1,\"schema\":\"" + RECORD + "\"}";
        answers("POST", "/subjects/life?deleted=false", body, 200, stored);
        answers("GET", "/subjects/life/versions/latest", "", 200, stored);
        answers("GET", "/subjects/life/versions/-1", "", 200, stored);
        answers("GET", "/subjects/life/versions", "", 200, "[1]");
        String plain = RECORD.replace("\\", "");
        answers("GET", "/subjects/life/versions/1/schema", "", 200, plain);
        answers("GET", "/schemas/ids/1/schema", "", 200, plain);
        answers("GET", "/schemas/ids/1?fetchMaxId=true", "", 200, "{\"schema\":\"" + RECORD + "\",\"maxId\":1}");
        answers("GET", "/schemas/ids/1/versions", "", 200, "[{\"subject\":\"life\",\"version\":1}]");
        answers("GET", "/schemas/ids/1/subjects", "", 200, "[\"life\"]");
        String check = "/compatibility/subjects/life/versions";
        answers("POST", check + "/latest", body, 200, "{\"is_compatible\":true}");
        answers("POST", check + "?verbose=true", body, 200, "{\"is_compatible\":true,\"messages\":[]}");
        answers("GET", "/config/life?defaultToGlobal=true", "", 200, "{\"compatibilityLevel\":\"BACKWARD\"}");
        answers("PUT", "/config/life", "{\"compatibility\":\"FULL\"}", 200, "{\"compatibility\":\"FULL\"}");
        answers("GET", "/config/life", "", 200, "{\"compatibilityLevel\":\"FULL\"}");
        answers("DELETE", "/config/life", "", 200, "{\"compatibilityLevel\":\"FULL\"}");
        answers("DELETE", "/subjects/life/versions/1", "", 200, "1");
        answers("GET", "/subjects?deleted=true&subjectPrefix=li", "", 200, "[\"life\"]");
    }

    @Test
    void shouldDecodeSubjectsAsUtf8AfterSplittingThePath() throws Exception {
        String body = "{\"schema\":\"\\\"int\\\"\"}";
        assertThat(send("POST", "/subjects/a%2Fb+c%25%C3%BC/versions", body).statusCode())
                .isEqualTo(200);
        assertThat(send("GET", "/subjects?subjectPrefix=a%2Fb%2B", "").body()).isEqualTo("[\"a/b+c%\u00fc\"]");
    }

    @Test
    void shouldStoreWhatASchemaRefersTo() throws Exception {
        String inner =
                "{\"schema\":\"{\\\"type\\\":\\\"enum\\\",\\\"name\\\":\\\"t.E\\\",\\\"symbols\\\":[\\\"A\\\"]}\"}";
        String outer = "{\"schema\":\"{\\\"type\\\":\\\"array\\\",\\\"items\\\":\\\"t.E\\\"}\",\"references\":"
                + "[{\"name\":\"t.E\",\"subject\":\"inner\",\"version\":1}]}";
        assertThat(send("POST", "/subjects/inner/versions", inner).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/subjects/outer/versions", outer).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/subjects/outer/versions/1", "").body())
                .contains("\"references\":[{\"name\":\"t.E\",\"subject\":\"inner\",\"version\":1}]");
        assertThat(send("DELETE", "/subjects/inner", "").statusCode()).isEqualTo(422);
    }

    @Test
    void shouldAnswerBadRequestsExactly() throws Exception {
        String register = "/subjects/bad/versions";
        fails("POST", register, "{\"schema\":", 400, 400, "HTTP 400 Bad Request: the body is not JSON at line 1");
        fails("POST", register, "[]", 400, 400, "HTTP 400 Bad Request: the body must be a JSON object");
        fails("POST", register, "{}", 422, 42201, "Invalid schema: the body needs the text field");
        fails("POST", register, "{\"schema\":\"{}\"}", 422, 42201, "Invalid schema: No type");
        fails(
                "POST",
                register,
                "{\"schema\":\"x\",\"schemaType\":\"PROTOBUF\"}",
                422,
                42201,
                "Invalid schema: schemaType PROTOBUF is not supported, use AVRO");
        fails("POST", register, "x".repeat(1_000_001), 413, 413, "HTTP 413 Content Too Large");
        fails("GET", "/subjects/bad/versions/0", "", 422, 42202, "The specified version '0' is not a valid version");
        fails("GET", "/subjects/bad/versions/two", "", 422, 42202, "The specified version 'two' is not a valid");
        fails("GET", "/schemas/ids/one", "", 404, 40403, "Schema one not found.");
        fails("PUT", "/config", "{\"compatibility\":\"SOME\"}", 422, 42203, "Invalid compatibility level 'SOME'");
        fails("PUT", "/mode", "{\"mode\":\"IMPORT\"}", 422, 42204, "Invalid mode 'IMPORT'");
        fails("GET", "/nothing/here", "", 404, 404, "HTTP 404 Not Found");
        fails("PATCH", "/subjects/bad", "", 405, 405, "HTTP 405 Method Not Allowed: use POST or DELETE");
        answers("GET", "/", "", 200, "{}");
        answers("GET", "/schemas/types", "", 200, "[\"AVRO\"]");
        answers("GET", "/mode", "", 200, "{\"mode\":\"READWRITE\"}");
    }

    private void answers(String method, String path, String body, int status, String expected) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.body()).as("%s %s", method, path).isEqualTo(expected);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/vnd.schemaregistry.v1+json");
    }

    private void fails(String method, String path, String body, int status, int code, String start) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.body())
                .as("%s %s", method, path)
                .startsWith("{\"error_code\":" + code + ",\"message\":\"" + start);
        assertThat(response.statusCode()).isEqualTo(status);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
