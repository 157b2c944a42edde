package io.penstock.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.event.Message;
import io.penstock.event.Parameters;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatRequestReaderTest {
    private static final String SECRET = "canary-4410";

    @Test
    void shouldReadEveryMemberThatTheModelGets() {
        // Given
        String body = """
                {"model": "gpt-x", "max_completion_tokens": 7, "temperature": 0.5, "top_p": 1, "seed": -3,
                 "stop": ["a", "b"], "tools": [{"type": "function"}], "stream": true,
                 "stream_options": {"include_usage": true}, "metadata": {"team": "blue"}, "user": "u1",
                 "n": 1, "presence_penalty": 0.0, "response_format": {"type": "text"}, "service_tier": "auto",
                 "messages": [{"role": "system", "content": "be brief"},
                              {"role": "user", "content": [{"type": "text", "text": "one"},
                                                           {"type": "text", "text": "two"}]}]}""";
        // When
        ChatRequestReader.ChatCall call = read(body);
        // Then
        assertThat(call.model()).isEqualTo("gpt-x");
        assertThat(call.stream()).isTrue();
        assertThat(call.includeUsage()).isTrue();
        assertThat(call.metadata()).containsEntry("team", "blue").containsEntry("user", "u1");
        assertThat(call.request().getMessages())
                .containsExactly(message("system", "be brief"), message("user", "one\ntwo"));
        Parameters parameters = call.request().getParameters();
        assertThat(parameters.getMaxOutputTokens()).isEqualTo(7);
        assertThat(parameters.getTemperature()).isEqualTo(0.5);
        assertThat(parameters.getTopP()).isEqualTo(1);
        assertThat(parameters.getSeed()).isEqualTo(-3);
        assertThat(parameters.getStop()).containsExactly("a", "b");
        assertThat(parameters.getTools()).isEqualTo("[{\"type\":\"function\"}]");
    }

    @Test
    void shouldPassToolsAndFormatsOnAsTheyAre() {
        // Given
        String body = """
                {"model": "m", "tool_choice": "required", "response_format": {"type": "json_object"}, "seed": null,
                 "messages": [{"role": "user", "content": "x", "name": "ann"},
                              {"role": "assistant", "content": null, "refusal": null, "tool_calls": [{"id": "c1"}]},
                              {"role": "tool", "content": "4", "tool_call_id": "c1"}]}""";
        // When
        ChatRequestReader.ChatCall call = read(body);
        // Then
        assertThat(call.request().getParameters().getExtra())
                .isEqualTo("{\"tool_choice\":\"required\",\"response_format\":{\"type\":\"json_object\"}}");
        assertThat(call.request().getMessages())
                .extracting(Message::getContent, Message::getExtra)
                .containsExactly(
                        tuple("x", "{\"name\":\"ann\"}"),
                        tuple("", "{\"tool_calls\":[{\"id\":\"c1\"}],\"content\":null}"),
                        tuple("4", "{\"tool_call_id\":\"c1\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "model": 5                                   | model
            "model": ""                                  | model
            "messages": []                               | messages
            "messages": ["x"]                            | messages[0]
            "messages": [{"role": "robot", "content": "x"}]             | messages[0].role
            "messages": [{"role": "user", "content": 5}]                | messages[0].content
            "messages": [{"role": "user", "content": [{"type": "image_url"}]}] | messages[0].content[0].type
            "messages": [{"role": "user", "content": [{"type": "text"}]}]      | messages[0].content[0].text
            "messages": [{"role": "user", "content": "x", "audio": {}}]        | messages[0].audio
            "max_tokens": 0                              | max_tokens
            "max_tokens": 1.5                            | max_tokens
            "max_tokens": 5, "max_completion_tokens": 6  | max_tokens
            "temperature": 2.1                           | temperature
            "temperature": "hot"                         | temperature
            "temperature": 1e999                         | temperature
            "top_p": 0                                   | top_p
            "seed": 1e40                                 | seed
            "stop": ["a","b","c","d","e"]                | stop
            "stop": 7                                    | stop
            "tools": {}                                  | tools
            "stream": "yes"                              | stream
            "stream_options": {"include_usage": true}    | stream_options
            "metadata": {"a": 5}                         | metadata.a
            "metadata": []                               | metadata
            "n": 2                                       | n
            "logprobs": true                             | logprobs
            "response_format": "json"                    | response_format
            "logit_bias": []                             | logit_bias
            "presence_penalty": 3                        | presence_penalty
            "parallel_tool_calls": "no"                  | parallel_tool_calls
            "functions": []                              | functions
            "messages": [{"role": "tool", "content": "x"}]              | messages[0].tool_call_id
            "messages": [{"role": "user", "content": "x", "tool_calls": [{}]}] | messages[0].tool_calls
            "messages": [{"role": "assistant", "tool_calls": []}]       | messages[0].tool_calls
            "messages": [{"role": "assistant", "content": null}]        | messages[0].content
            """)
    void shouldNameTheMemberThatIsWrong(String members, String param) {
        // Given
        String model = members.contains("\"model\"") ? "" : "\"model\": \"m\", ";
        String messages = members.contains("\"messages\"")
                ? ""
                : "\"messages\": [{\"role\": \"user\", \"content\": \"" + SECRET + "\"}], ";
        // When
        ApiException error =
                catchThrowableOfType(ApiException.class, () -> read("{" + model + messages + members + "}"));
        // Then
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.error()).containsEntry("param", param).containsKeys("message", "type", "code");
        assertThat(error.getMessage()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''          | the body is empty
            '{'         | the body is not one JSON value
            '{} {}'     | the body is not one JSON value
            '{"a":1,"a":2}' | the body is not one JSON value
            '[]'        | the body must be a JSON object
            'canary-4410' | the body is not one JSON value
            """)
    void shouldRefuseWhatIsNotOneJsonObject(String body, String message) {
        // Then
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(ApiException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void shouldTakeMetadataWithinOpenAisLimitsOnly() {
        // Given
        String longKey = "k".repeat(65);
        String longValue = "v".repeat(513);
        // Then
        assertThatThrownBy(() -> read(with("{\"" + longKey + "\": \"v\"}"))).hasMessageContaining("65 characters");
        assertThatThrownBy(() -> read(with("{\"k\": \"" + longValue + "\"}")))
                .hasMessage("metadata.k must be a text of at most 512 characters");
    }

    private static Message message(String role, String content) {
        return Message.newBuilder().setRole(role).setContent(content).build();
    }

    private static String with(String metadata) {
        return "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}], \"metadata\": " + metadata
                + "}";
    }

    private static ChatRequestReader.ChatCall read(String body) {
        return ChatRequestReader.read(Json.parse(body.getBytes(StandardCharsets.UTF_8)));
    }
}
