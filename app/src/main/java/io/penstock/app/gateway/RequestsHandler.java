package io.penstock.app.gateway;

import io.javalin.http.Context;
import io.penstock.event.Response;
import io.penstock.schema.Identity;
import io.penstock.schema.Keys;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/requests/{id}}: what came of a request of the caller's tenant. */
final class RequestsHandler {
    private final Parts parts;

    RequestsHandler(Parts parts) {
        this.parts = parts;
    }

    /** @throws ApiException 404 if there is no such request */
    void handle(Context context) {
        Caller caller = parts.keys().caller(context.header("Authorization"));
        caller.admit();
        String id = RequestIds.requestId(context.pathParam("id"));
        if (!Keys.isId(id)) {
            throw ApiException.badValue("id", "a request id has 1 to 128 characters without '/'");
        }
        Identity identity = new Identity(caller.tenant(), id);
        if (parts.open().isOpen(id, caller.tenant())) {
            Answers.json(context, 202, open(id));
            return;
        }
        RequestLookup.Found found = parts.lookup().find(identity);
        Response response = found.response();
        if (response != null) {
            Answers.headers(context, ChatAnswerWriter.headers(response));
            Answers.json(context, 200, ended(response));
        } else if (found.known()) {
            Answers.json(context, 202, open(id));
        } else {
            throw ApiException.notFound("id", "request_not_found", "there is no request of this id");
        }
    }

    private static Map<String, Object> open(String id) {
        return Map.of("id", id, "object", "penstock.request", "status", "open");
    }

    static Map<String, @Nullable Object> ended(Response response) {
        boolean answered = Terminal.isAnswer(response);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", response.getRequestId());
        body.put("object", "penstock.request");
        body.put("status", response.getKind().name().toLowerCase(Locale.ROOT));
        body.put("model", response.getModel());
        body.put("decision_id", response.getDecisionId());
        body.put("attempts", response.getAttempts());
        body.put("cost_usd", ChatAnswerWriter.usd(response.getSettledCostNanos()));
        body.put("in_doubt_cost_usd", ChatAnswerWriter.usd(response.getInDoubtCostNanos()));
        body.put("response", answered ? ChatAnswerWriter.whole(response) : null);
        body.put("error", answered ? null : Terminal.error(response).error());
        return body;
    }
}
