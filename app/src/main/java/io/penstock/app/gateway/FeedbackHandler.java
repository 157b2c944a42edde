package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.penstock.event.Feedback;
import io.penstock.schema.Keys;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code POST /v1/feedback}: how good an answer was. */
final class FeedbackHandler {
    private static final Set<String> MEMBERS =
            Set.of("request_id", "value", "source", "kind", "feedback_id", "sampling_probability");
    private static final int MAX_WORD = 64;

    private final Parts parts;

    FeedbackHandler(Parts parts) {
        this.parts = parts;
    }

    /** @throws ApiException 400 with the member that is wrong */
    void handle(Context context) {
        Caller caller = parts.keys().caller(context.header("Authorization"));
        if (parts.open().isStopping()) {
            throw OpenRequests.stoppingError();
        }
        caller.admit();
        Feedback feedback = read(Json.parse(Body.read(context)), caller.tenant());
        context.future(() -> parts.publisher()
                .feedback(feedback)
                .handleAsync(
                        (nothing, error) -> {
                            if (error == null) {
                                Answers.json(context, 202, accepted(feedback));
                            } else {
                                Answers.error(
                                        context,
                                        ApiException.unavailable(
                                                "not_confirmed", "the brokers did not confirm the feedback"));
                            }
                            return null;
                        },
                        parts.executor()));
    }

    private static Map<String, Object> accepted(Feedback feedback) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("object", "penstock.feedback");
        body.put("feedback_id", feedback.getFeedbackId());
        body.put("request_id", feedback.getRequestId());
        return body;
    }

    Feedback read(JsonNode body, String tenant) {
        if (!body.isObject()) {
            throw ApiException.badRequest(null, "invalid_json", "the body must be a JSON object");
        }
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!MEMBERS.contains(name)) {
                throw ApiException.badRequest(
                        name.length() <= MAX_WORD ? name : null,
                        "unknown_parameter",
                        "unknown member; known are " + MEMBERS.stream().sorted().toList());
            }
        }
        String requestId = Json.text(body, "request_id");
        requestId = requestId == null ? "" : RequestIds.requestId(requestId);
        if (!Keys.isId(requestId)) {
            throw ApiException.badValue("request_id", "request_id must be 1 to 128 characters without '/'");
        }
        Double value = Json.number(body, "value", 0, 1);
        if (value == null) {
            throw ApiException.badRequest("value", "missing_required_parameter", "value must be a number from 0 to 1");
        }
        String feedbackId = word(body, "feedback_id", parts.ids().next());
        return Feedback.newBuilder()
                .setFeedbackId(feedbackId)
                .setRequestId(requestId)
                .setTenant(tenant)
                .setSource(word(body, "source", "user"))
                .setKind(word(body, "kind", "quality"))
                .setValue(value)
                .setSamplingProbability(
                        Objects.requireNonNullElse(Json.number(body, "sampling_probability", Double.MIN_VALUE, 1), 1.0))
                .setEventTime(parts.clock().instant())
                .build();
    }

    private static String word(JsonNode body, String name, String otherwise) {
        String word = Json.text(body, name);
        if (word == null) {
            return otherwise;
        }
        if (!Keys.isId(word)) {
            throw ApiException.badValue(name, name + " must be 1 to 128 characters without '/'");
        }
        return word;
    }
}
