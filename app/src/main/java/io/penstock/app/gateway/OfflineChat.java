package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.event.CatalogEntry;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Response;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gateway's chat completions without HTTP: the same bodies, hints and answers, for calls that come from files. */
public final class OfflineChat {
    private final Models models;
    private final String tenant;

    /** A body that asks for what cannot be given. Its message has no text of the body but names of members and models. */
    public static final class InvalidBodyException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String code;

        private InvalidBodyException(ApiException error) {
            super(error.getMessage(), null, false, false);
            Object known = error.error().get("code");
            this.code = known == null ? "invalid_value" : known.toString();
        }

        /** OpenAI's word for what is wrong. */
        public String code() {
            return code;
        }
    }

    /**
     * What a call got.
     *
     * @param status HTTP's
     * @param body {@code chat.completion}, or {@code error} for any status but 200
     */
    public record Ended(int status, Map<String, Object> body) {}

    /** @param catalog entries as they are now: models are named by slug or by the name that their endpoints use */
    public OfflineChat(Collection<CatalogEntry> catalog, String tenant) {
        List<CatalogEntry> entries = List.copyOf(catalog);
        this.models = new Models(() -> entries);
        this.tenant = tenant;
    }

    /**
     * The request that a body asks for, without its id.
     *
     * @param now from when a deadline in the metadata counts
     * @throws InvalidBodyException if it cannot be served; nothing in it is ignored
     */
    public InferenceRequest.Builder read(JsonNode body, Instant now) {
        try {
            ChatRequestReader.ChatCall call = ChatRequestReader.read(body);
            if (call.stream()) {
                throw ApiException.badRequest("stream", "unsupported_value", "a batch cannot stream; leave out stream");
            }
            Hints hints = Hints.of(name -> null, call.metadata());
            String model = call.model().equals(Models.AUTO) ? null : slug(call.model());
            return call.request()
                    .setTenant(tenant)
                    .setSessionId(hints.session())
                    .setConstraints(hints.constraints(model, this::slug, now))
                    .setWeights(hints.weights())
                    .setAttributes(hints.attributes());
        } catch (ApiException e) {
            throw new InvalidBodyException(e);
        }
    }

    private String slug(String name) {
        String slug = models.slugOf(name, tenant);
        if (slug == null) {
            String shown = name.length() <= 80 ? name : name.substring(0, 80) + "…";
            throw ApiException.notFound(
                    "model",
                    "model_not_found",
                    "there is no active model '" + shown + "'; '" + Models.AUTO + "' lets Penstock choose");
        }
        return slug;
    }

    /** What a client is told of a terminal event. */
    public static Ended ended(Response response) {
        if (Terminal.isAnswer(response)) {
            return new Ended(200, ChatAnswerWriter.whole(response));
        }
        ApiException error = Terminal.error(response);
        return new Ended(error.status(), error.body());
    }

    /** One line of JSON, without a line break. */
    public static String json(Map<String, ? extends @Nullable Object> value) {
        return new String(Json.bytes(value), java.nio.charset.StandardCharsets.UTF_8);
    }
}
