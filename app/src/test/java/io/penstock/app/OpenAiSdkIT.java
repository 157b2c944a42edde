package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own SDKs against the gateway of a real {@code penstock up}. */
@Tag("once")
class OpenAiSdkIT {
    private static final String RECORDED = SampleData.load().prompts().get(0).id();

    @TempDir
    private static Path folder;

    private static UpProcess up;

    @BeforeAll
    static void start() {
        up = new UpProcess(
                folder,
                "up",
                "--data",
                folder.resolve("data").toString(),
                "--port=0",
                "--controller-port=0",
                "--registry-port=0",
                "--gateway-port=0");
        up.awaitReady();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        up.stop();
        String output = up.output();
        up.close();
        assertThat(output).doesNotContain("Exception", "WARN", "ERROR", "unheard of");
    }

    @Test
    void shouldServeTheJavaSdk() {
        // Given
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(up.gateway())
                .apiKey("unused")
                .responseValidation(true)
                .build();
        ChatCompletionCreateParams call = call("penstock/auto").build();
        // When
        ChatCompletion answer = client.chat().completions().create(call);
        // Then
        assertThat(answer.choices().get(0).message().content().orElseThrow()).isNotEmpty();
        assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
        assertThat(client.models().list().data())
                .hasSizeGreaterThan(1)
                .anySatisfy(model -> assertThat(model.id()).isEqualTo(answer.model()));
        ChatCompletionCreateParams streaming = call("penstock/auto")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(streaming)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            String text = chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining());
            assertThat(text).isNotEmpty();
            assertThat(chunks.get(chunks.size() - 1).usage().orElseThrow().totalTokens())
                    .isPositive();
        }
        NotFoundException unknown = catchThrowableOfType(
                NotFoundException.class,
                () -> client.chat().completions().create(call("no-such-model").build()));
        assertThat(unknown.code()).contains("model_not_found");
        OpenAIServiceException failed = catchThrowableOfType(
                OpenAIServiceException.class,
                () -> client.chat()
                        .completions()
                        .create(ChatCompletionCreateParams.builder()
                                .model("penstock/auto")
                                .addUserMessage("unheard of")
                                .build()));
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.code()).contains("not_recorded");
    }

    private static ChatCompletionCreateParams.Builder call(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("recorded")
                .metadata(com.openai.models.chat.completions.ChatCompletionCreateParams.Metadata.builder()
                        .putAdditionalProperty(RecordedBackend.ID_ATTRIBUTE, JsonValue.from(RECORDED))
                        .build());
    }

    @Test
    void shouldServeThePythonSdk() throws Exception {
        // Given
        Path python = Foreign.python("openai", "openai==3.57.0");
        String script = Path.of("src", "it", "python", "openai_sdk.py").toString();
        // When
        Foreign.Result result =
                Foreign.run(List.of(python.toString(), script, "--base-url", up.gateway(), "--recorded-id", RECORDED));
        // Then
        check(result);
    }

    @Test
    void shouldServeTheNodeSdk() throws Exception {
        // Given
        Path modules = Foreign.node("openai", "openai@7.57.0");
        String script = Path.of("src", "it", "node", "openai_sdk.mjs").toString();
        // When
        Foreign.Result result = Foreign.run(List.of("node", script, up.gateway(), RECORDED, modules.toString()));
        // Then
        check(result);
    }

    private static void check(Foreign.Result result) throws Exception {
        assertThat(result.code()).as(result.output() + up.output()).isZero();
        JsonNode report = new ObjectMapper().readTree(result.output());
        assertThat(report.get("models").get(0).textValue()).isEqualTo("penstock/auto");
        assertThat(report.get("content").textValue()).isNotEmpty();
        assertThat(report.get("streamed").textValue()).isNotEmpty();
        assertThat(report.get("total_tokens").intValue()).isPositive();
        assertThat(report.get("streamed_tokens").intValue()).isPositive();
        assertThat(report.get("request_id").textValue()).isNotEmpty();
        assertThat(report.get("unknown_model").textValue()).isEqualTo("model_not_found");
        assertThat(report.get("failed").get(0).intValue()).isEqualTo(502);
        assertThat(report.get("failed").get(1).textValue()).isEqualTo("not_recorded");
    }
}
