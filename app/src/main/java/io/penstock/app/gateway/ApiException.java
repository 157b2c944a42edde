package io.penstock.app.gateway;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told when a call cannot be served: a status, the members of OpenAI's error object, and headers. Its
 * message goes to the client alone and has no text of a prompt or an answer.
 */
final class ApiException extends RuntimeException {
    static final String INVALID = "invalid_request_error";
    static final String SERVER = "server_error";
    private static final String RETRY_AFTER = "Retry-After";
    /** OpenAI's own clients obey it; without it they would publish, and pay for, a request that is still open again. */
    private static final String SHOULD_RETRY = "x-should-retry";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;
    private final LinkedHashMap<String, String> headers = new LinkedHashMap<>();

    private ApiException(int status, String type, String message, @Nullable String param, @Nullable String code) {
        // Expected refusals: nobody reads their stack traces.
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /** 400: a member of the body or a header is wrong. */
    static ApiException badRequest(@Nullable String param, String code, String message) {
        return new ApiException(400, INVALID, message, param, code);
    }

    /** 400: a value is not what it must be. */
    static ApiException badValue(String param, String message) {
        return badRequest(param, "invalid_value", message);
    }

    static ApiException unauthorized(String message) {
        ApiException error = new ApiException(401, INVALID, message, null, "invalid_api_key");
        return error.header("WWW-Authenticate", "Bearer");
    }

    static ApiException notFound(@Nullable String param, String code, String message) {
        return new ApiException(404, INVALID, message, param, code);
    }

    /** 429: asking again later helps. */
    static ApiException tooMany(String code, String message, Duration after) {
        return new ApiException(429, "rate_limit_error", message, null, code).retryAfter(after);
    }

    /** 503 before anything was published: asking again is safe. */
    static ApiException unavailable(String code, String message) {
        return new ApiException(503, SERVER, message, null, code).retryAfter(Duration.ofSeconds(1));
    }

    static ApiException of(int status, String type, String code, String message) {
        return new ApiException(status, type, message, null, code);
    }

    private ApiException retryAfter(Duration after) {
        long seconds = Math.max(1, (after.toMillis() + 999) / 1000);
        return header(RETRY_AFTER, String.valueOf(seconds));
    }

    /** Tells clients not to ask again by themselves: the request was published. */
    ApiException onceOnly() {
        return header(SHOULD_RETRY, "false");
    }

    ApiException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** OpenAI's error object. */
    Map<String, Object> body() {
        return Map.of("error", error());
    }

    Map<String, @Nullable Object> error() {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", getMessage());
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        return error;
    }
}
