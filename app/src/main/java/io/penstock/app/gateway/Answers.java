package io.penstock.app.gateway;

import io.javalin.http.Context;
import io.penstock.app.gateway.OpenRequests.Ending;
import java.util.Map;
import java.util.Objects;

/** Puts results and errors into HTTP responses. */
final class Answers {
    private Answers() {}

    static void json(Context context, int status, Object body) {
        context.status(status).contentType("application/json").result(Json.bytes(body));
    }

    static void error(Context context, ApiException error) {
        error.headers().forEach(context::header);
        json(context, error.status(), error.body());
    }

    static void headers(Context context, Map<String, String> headers) {
        headers.forEach(context::header);
    }

    /** Why there is no answer although the request was, or may have been, published. */
    static ApiException withoutResponse(Ending ending, String requestId) {
        String fetch = "; its result can be fetched from /v1/requests/" + requestId;
        ApiException error = switch (ending.end()) {
            case TIME_OUT ->
                ApiException.of(504, "timeout_error", "response_timeout", "no answer came in time" + fetch);
            case STOPPING ->
                ApiException.of(503, ApiException.SERVER, "gateway_stopping", "this gateway is being stopped" + fetch);
            case NOT_PUBLISHED ->
                ApiException.of(
                        503,
                        ApiException.SERVER,
                        "not_confirmed",
                        "the brokers did not confirm the request; whether it is there can be asked at"
                                + " /v1/requests/" + requestId);
            case TOO_LARGE -> Body.tooLarge();
            case GONE -> ApiException.of(499, ApiException.INVALID, "client_gone", "the client has left");
            case RESPONSE -> Terminal.error(Objects.requireNonNull(ending.response()));
        };
        return error.onceOnly().header("x-request-id", requestId);
    }
}
