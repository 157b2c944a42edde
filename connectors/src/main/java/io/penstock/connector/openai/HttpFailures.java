package io.penstock.connector.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Failure;
import io.penstock.connector.Usage;
import io.penstock.event.ErrorClass;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives every answer that is not a 200, and every broken call, its error class. Of the endpoint's own words only a short
 * code is kept: its message may quote the prompt. Pure.
 */
final class HttpFailures {
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int TOO_MANY_REQUESTS = 429;

    private HttpFailures() {}

    static BackendAnswer ofStatus(int status, HttpHeaders headers, byte[] body, Instant now, Call call) {
        JsonNode root = ChatAnswer.parse(body);
        JsonNode error = root == null ? null : root.get("error");
        String code = error == null ? "" : code(error);
        ErrorClass errorClass = code.contains("content_filter") ? ErrorClass.CONTENT_FILTER : errorClass(status);
        Duration wait = retryAfter(headers, now);
        String message = "the endpoint answered HTTP " + status + code
                + (status / 100 == 3 ? "; redirects are not followed, put the final URL into the model's card" : "")
                + (wait == null ? "" : "; retry after " + wait.toSeconds() + " s");
        Failure failure = new Failure(errorClass, message, retryable(errorClass), wait);
        // A gateway that gave up waiting says nothing of the model behind it.
        boolean inDoubt = status == 502 || status == 504 || status == 408;
        return BackendAnswer.failed(failure, Usage.afterMs(call.latencyMs()), inDoubt, call.endpoint());
    }

    /** Where a call went and how long it took. */
    record Call(String endpoint, double latencyMs) {}

    private static ErrorClass errorClass(int status) {
        if (status == TOO_MANY_REQUESTS) {
            return ErrorClass.RATE_LIMITED;
        }
        if (status == 401 || status == 403) {
            return ErrorClass.UNAUTHORIZED;
        }
        if (status == 408) {
            return ErrorClass.TIMEOUT;
        }
        if (status / 100 == 4) {
            return ErrorClass.BAD_REQUEST;
        }
        return status / 100 == 5 ? ErrorClass.SERVER_ERROR : ErrorClass.OTHER;
    }

    /** A bad request is bad everywhere; whatever else an endpoint refuses, another may do. */
    private static boolean retryable(ErrorClass errorClass) {
        return errorClass != ErrorClass.BAD_REQUEST && errorClass != ErrorClass.CONTENT_FILTER;
    }

    /** error.code, else error.type, as " (code)"; empty if it is neither short nor plain. */
    static String code(JsonNode error) {
        for (String field : new String[] {"code", "type"}) {
            String value = error.path(field).asText("");
            if (CODE.matcher(value).matches()) {
                return " (" + value + ")";
            }
        }
        return "";
    }

    /** Seconds or an HTTP date; null if absent or unreadable. */
    static @Nullable Duration retryAfter(HttpHeaders headers, Instant now) {
        Optional<String> value = headers.firstValue("retry-after");
        if (value.isEmpty()) {
            return null;
        }
        String text = value.get().trim();
        try {
            if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
                return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
            }
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** A call that broke before a status line came. */
    static BackendAnswer ofException(Throwable error, Call call) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        boolean neverSent = cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnresolvedAddressException
                || cause.getCause() instanceof UnresolvedAddressException;
        String message = neverSent
                ? "cannot connect to the endpoint (" + cause.getClass().getSimpleName() + ")"
                : "the connection broke before an answer (" + cause.getClass().getSimpleName() + ")";
        return BackendAnswer.failed(
                Failure.retryable(ErrorClass.CONNECTION, message),
                Usage.afterMs(call.latencyMs()),
                !neverSent,
                call.endpoint());
    }
}
