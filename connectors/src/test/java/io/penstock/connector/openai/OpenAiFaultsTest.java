package io.penstock.connector.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Samples;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.Endpoint;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import io.penstock.event.Parameters;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way an endpoint can fail, and the class it gets. No message may carry text of the prompt or of the endpoint. */
class OpenAiFaultsTest {
    private static final String JSON = OpenAiBackendTest.JSON;
    private static final int CAP = 100_000;

    private final OpenAiBackend backend = new OpenAiBackend(CAP, name -> null, InstantSource.fixed(Samples.NOW));

    @AfterEach
    void close() {
        backend.close();
    }

    private static ModelCard.Builder card(String url) {
        return Samples.card("m").setEndpoints(List.of(new Endpoint(url, null, Map.of())));
    }

    private BackendAnswer call(FakeEndpoint.Behaviour behaviour, long timeoutMs) {
        try (FakeEndpoint endpoint = new FakeEndpoint(behaviour)) {
            Dispatch dispatch =
                    Samples.dispatch("m", "r1").setCallTimeoutMs(timeoutMs).build();
            BackendAnswer answer =
                    backend.call(dispatch, card(endpoint.url()).build()).join();
            assertThat(answer.toString()).doesNotContain("canary");
            assertThat(endpoint.calls)
                    .as("calls, redirects and retries included")
                    .hasSize(1);
            return answer;
        }
    }

    private BackendAnswer call(FakeEndpoint.Behaviour behaviour) {
        return call(behaviour, 5_000);
    }

    private static void assertFailure(BackendAnswer answer, ErrorClass errorClass, boolean retryable, boolean inDoubt) {
        assertThat(answer.status()).isEqualTo(CompletionStatus.FAILED);
        assertThat(answer.failure().errorClass()).isEqualTo(errorClass);
        assertThat(answer.failure().retryable()).as("retryable").isEqualTo(retryable);
        assertThat(answer.inDoubt()).as("in doubt").isEqualTo(inDoubt);
    }

    @ParameterizedTest
    @CsvSource({
        "429, RATE_LIMITED, true, false",
        "500, SERVER_ERROR, true, false",
        "502, SERVER_ERROR, true, true",
        "503, SERVER_ERROR, true, false",
        "504, SERVER_ERROR, true, true",
        "529, SERVER_ERROR, true, false",
        "400, BAD_REQUEST, false, false",
        "404, BAD_REQUEST, false, false",
        "422, BAD_REQUEST, false, false",
        "401, UNAUTHORIZED, true, false",
        "403, UNAUTHORIZED, true, false",
        "408, TIMEOUT, true, true",
        "302, OTHER, true, false"
    })
    void shouldClassifyAStatus(int status, ErrorClass errorClass, boolean retryable, boolean inDoubt) {
        // Given
        String headers = JSON + "Location: http://127.0.0.1:1/elsewhere\r\n";
        String body = "{\"error\":{\"message\":\"canary\",\"type\":\"some_type\",\"code\":null}}";

        // When
        BackendAnswer answer = call(FakeEndpoint.answers(status, headers, body));

        // Then
        assertFailure(answer, errorClass, retryable, inDoubt);
        assertThat(answer.failure().message()).startsWith("the endpoint answered HTTP " + status + " (some_type)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            7                             | 7000
            0.5                           | 500
            Fri, 02 Jan 2026 03:04:35 GMT | 30000
            Fri, 02 Jan 2026 03:04:00 GMT | 0
            """)
    void shouldReadRetryAfter(String header, long millis) {
        // When
        BackendAnswer answer = call(FakeEndpoint.answers(429, JSON + "Retry-After: " + header + "\r\n", "{}"));

        // Then
        assertThat(answer.failure().retryAfter()).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void shouldLeaveAnUnreadableRetryAfterOut() {
        BackendAnswer answer = call(FakeEndpoint.answers(503, JSON + "Retry-After: soon\r\n", "{}"));

        assertThat(answer.failure().retryAfter()).isNull();
    }

    @Test
    void shouldNotRepeatACodeThatMayBeText() {
        // When
        BackendAnswer answer =
                call(FakeEndpoint.answers(400, JSON, "{\"error\":{\"code\":\"canary is not allowed\"}}"));

        // Then
        assertThat(answer.failure().message()).isEqualTo("the endpoint answered HTTP 400");
    }

    @Test
    void shouldNameAContentFilter() {
        // When
        BackendAnswer answer = call(FakeEndpoint.answers(400, JSON, "{\"error\":{\"code\":\"content_filter\"}}"));

        // Then
        assertFailure(answer, ErrorClass.CONTENT_FILTER, false, false);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            truncated JSON      | {"choices":[{"message":{"content":"canary                      | true
            trailing rubbish    | {"choices":[]} canary                                          | true
            no object           | [1,2,3]                                                        | true
            200 with an error   | {"error":{"message":"canary","code":"overloaded"}}             | false
            no choices          | {"usage":{"prompt_tokens":1,"completion_tokens":2}}            | false
            no choices or usage | {"id":"x"}                                                     | true
            empty choices       | {"choices":[]}                                                 | true
            no content          | {"choices":[{"message":{"role":"assistant"}}]}                 | true
            """)
    void shouldRefuseAMalformedAnswer(String name, String body, boolean inDoubt) {
        assertFailure(call(FakeEndpoint.answers(200, JSON, body)), ErrorClass.MALFORMED_ANSWER, true, inDoubt);
    }

    @Test
    void shouldCountWhatAMalformedAnswerCost() {
        // When
        BackendAnswer answer =
                call(FakeEndpoint.answers(200, JSON, "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20}}"));

        // Then
        assertThat(answer.usage().costNanos()).isEqualTo(1_000 + 6_000);
    }

    @Test
    void shouldRefuseAnotherContentType() {
        BackendAnswer answer = call(FakeEndpoint.answers(200, "Content-Type: text/html\r\n", "<html>canary</html>"));

        assertFailure(answer, ErrorClass.MALFORMED_ANSWER, true, true);
        assertThat(answer.failure().message()).isEqualTo("the answer's content type is not JSON");
    }

    private static void writeMostOf(OutputStream out) throws IOException {
        byte[] whole = FakeEndpoint.response(200, JSON, OpenAiBackendTest.GOOD);
        out.write(whole, 0, whole.length - 40);
        out.flush();
    }

    @Test
    void shouldNoticeAConnectionThatEndsInsideTheAnswer() {
        BackendAnswer answer = call((socket, out, endpoint) -> writeMostOf(out));

        assertFailure(answer, ErrorClass.MALFORMED_ANSWER, true, true);
    }

    @Test
    void shouldNoticeAConnectionThatIsResetInsideTheAnswer() {
        // When
        BackendAnswer answer = call((socket, out, endpoint) -> {
            writeMostOf(out);
            socket.setSoLinger(true, 0);
        });

        // Then: a reset may take even the head that was sent before it
        assertThat(answer.failure().errorClass()).isIn(ErrorClass.MALFORMED_ANSWER, ErrorClass.CONNECTION);
        assertThat(answer.failure().retryable()).isTrue();
        assertThat(answer.inDoubt()).isTrue();
    }

    @Test
    void shouldNoticeAConnectionThatBreaksBeforeTheAnswer() {
        BackendAnswer answer = call((socket, out, endpoint) -> socket.setSoLinger(true, 0));

        assertFailure(answer, ErrorClass.CONNECTION, true, true);
    }

    @Test
    void shouldKnowThatARefusedConnectionCostsNothing() throws IOException {
        // Given
        int freePort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = socket.getLocalPort();
        }

        // When
        BackendAnswer answer = backend.call(
                        Samples.dispatch("m", "r1").build(),
                        card("http://127.0.0.1:" + freePort + "/v1").build())
                .join();

        // Then
        assertFailure(answer, ErrorClass.CONNECTION, true, false);
    }

    @Test
    void shouldStopAnEndpointThatNeverAnswers() {
        // When
        BackendAnswer answer =
                call((socket, out, endpoint) -> socket.getInputStream().read(), 200);

        // Then
        assertTimeout(answer);
    }

    @Test
    void shouldStopASlowBodyThoughItNeverStops() {
        // When
        BackendAnswer answer = call(
                (socket, out, endpoint) -> {
                    out.write(("HTTP/1.1 200 OK\r\n" + JSON + "\r\n").getBytes(StandardCharsets.UTF_8));
                    while (endpoint.hungUp.getCount() > 0) {
                        out.write(' ');
                        out.flush();
                        Thread.sleep(10);
                    }
                },
                300);

        // Then
        assertTimeout(answer);
    }

    private static void assertTimeout(BackendAnswer answer) {
        assertThat(answer.status()).isEqualTo(CompletionStatus.TIMEOUT);
        assertThat(answer.failure().errorClass()).isEqualTo(ErrorClass.TIMEOUT);
        assertThat(answer.inDoubt()).isTrue();
    }

    @Test
    void shouldCutOffAnEndlessBody() {
        // Given
        byte[] chunk = new byte[10_000];

        // When
        BackendAnswer answer = call((socket, out, endpoint) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + JSON + "\r\n").getBytes(StandardCharsets.UTF_8));
            while (endpoint.hungUp.getCount() > 0) {
                out.write(chunk);
            }
        });

        // Then
        assertFailure(answer, ErrorClass.TOO_LARGE, true, true);
        assertThat(answer.failure().message()).isEqualTo("the response has more than 100000 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/v1",
                "file:///etc/passwd",
                "no url",
                "http://",
                "http://user:pass@host/v1",
                "http://host/v1?key=1"
            })
    void shouldRefuseAUrlThatIsNotPlainHttp(String url) {
        // When
        BackendAnswer answer = backend.call(
                        Samples.dispatch("m", "r1").build(), card(url).build())
                .join();

        // Then
        assertFailure(answer, ErrorClass.OTHER, true, false);
        assertThat(answer.failure().message()).startsWith("the endpoint url in the card of model 'm' ");
    }

    @Test
    void shouldSayWhichKeyIsMissing() {
        // Given
        ModelCard card = Samples.card("m")
                .setEndpoints(List.of(new Endpoint("http://127.0.0.1:1", "NO_SUCH_KEY", Map.of())))
                .build();

        // When
        BackendAnswer answer =
                backend.call(Samples.dispatch("m", "r1").build(), card).join();

        // Then
        assertFailure(answer, ErrorClass.UNAUTHORIZED, true, false);
        assertThat(answer.failure().message())
                .isEqualTo("environment variable 'NO_SUCH_KEY', named by api_key_env in the card of model 'm', is not"
                        + " set");
    }

    @ParameterizedTest
    @CsvSource({"Host, elsewhere", "X-Bad, 'line\nbreak canary'"})
    void shouldRefuseAHeaderWithoutShowingItsValue(String name, String value) {
        // Given
        ModelCard card = Samples.card("m")
                .setEndpoints(List.of(new Endpoint("http://127.0.0.1:1", null, Map.of(name, value))))
                .build();

        // When
        BackendAnswer answer =
                backend.call(Samples.dispatch("m", "r1").build(), card).join();

        // Then
        assertFailure(answer, ErrorClass.OTHER, true, false);
        assertThat(answer.failure().message())
                .startsWith("header '" + name + "' of the endpoint of model 'm'")
                .doesNotContain("canary");
    }

    @Test
    void shouldRefuseADispatchThatIsNoChat() {
        // Given
        ModelCard card = card("http://127.0.0.1:1").build();
        Dispatch empty = Samples.dispatch("m", "r1").setPrompt(null).build();
        Dispatch badTools = Samples.dispatch("m", "r2")
                .setParameters(Parameters.newBuilder().setTools("{canary").build())
                .build();

        // When
        BackendAnswer first = backend.call(empty, card).join();
        BackendAnswer second = backend.call(badTools, card).join();

        // Then
        assertFailure(first, ErrorClass.BAD_REQUEST, false, false);
        assertThat(first.failure().message()).isEqualTo("the dispatch has neither prompt nor messages");
        assertFailure(second, ErrorClass.BAD_REQUEST, false, false);
        assertThat(second.failure().message()).isEqualTo("parameters.tools must be a JSON array");
    }
}
