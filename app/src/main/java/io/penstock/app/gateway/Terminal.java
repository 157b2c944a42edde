package io.penstock.app.gateway;

import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.util.Objects;
import java.util.Set;

/** What a client is told of a request that ended without an answer. */
final class Terminal {
    private static final Set<String> BAD_REQUEST =
            Set.of("invalid_request", "invalid_parameter", "invalid_constraint", "invalid_weights", "deadline_passed");
    private static final Set<String> NO_MONEY = Set.of("budget_exhausted", "session_budget_exhausted");
    private static final Set<String> TOO_LARGE = Set.of("request_too_large", "dispatch_too_large");

    private Terminal() {}

    /** @param response any but an answer */
    static ApiException error(Response response) {
        String reason = Objects.requireNonNullElse(response.getReason(), "unknown");
        String detail = response.getDetail() == null ? "" : ": " + response.getDetail();
        return switch (response.getKind()) {
            case REJECTED -> rejected(reason, detail).onceOnly();
            case EXPIRED ->
                ApiException.of(
                                504,
                                "timeout_error",
                                "request_expired",
                                "the request expired before an answer came" + detail)
                        .onceOnly();
            case CANCELLED ->
                ApiException.of(409, ApiException.INVALID, "request_cancelled", "the request was cancelled")
                        .onceOnly();
            case FAILED -> failed(reason, detail).onceOnly();
            case ANSWERED -> throw new IllegalArgumentException("an answer is no error");
        };
    }

    private static ApiException rejected(String reason, String detail) {
        if (BAD_REQUEST.contains(reason)) {
            return ApiException.badRequest(null, reason, "the router refused the request" + detail);
        }
        if (NO_MONEY.contains(reason)) {
            return ApiException.of(429, "insufficient_quota", reason, "no money is left for this request" + detail);
        }
        if (TOO_LARGE.contains(reason)) {
            return ApiException.of(413, ApiException.INVALID, reason, "the request is too large" + detail);
        }
        if (reason.equals("no_candidate")) {
            return ApiException.badRequest(null, reason, "no model meets what the request asks for" + detail);
        }
        return ApiException.of(503, ApiException.SERVER, reason, "no model can take the request" + detail);
    }

    private static ApiException failed(String reason, String detail) {
        return switch (reason) {
            case "bad_request" ->
                ApiException.badRequest(null, reason, "the model's endpoint refused the request" + detail);
            case "content_filter" ->
                ApiException.badRequest(null, reason, "the model's content filter withheld the answer" + detail);
            case "timeout", "late" ->
                ApiException.of(504, "timeout_error", reason, "no model answered in time" + detail);
            default -> ApiException.of(502, ApiException.SERVER, reason, "no model answered: " + reason + detail);
        };
    }

    /** Whether the request got what it asked for. */
    static boolean isAnswer(Response response) {
        return response.getKind() == ResponseKind.ANSWERED;
    }
}
