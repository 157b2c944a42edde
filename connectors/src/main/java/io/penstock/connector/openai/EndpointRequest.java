package io.penstock.connector.openai;

import io.penstock.connector.Failure;
import io.penstock.event.Dispatch;
import io.penstock.event.Endpoint;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The HTTP request of a call: the card's endpoint, its headers and key, the body. */
final class EndpointRequest {
    private EndpointRequest() {}

    /** The card or the dispatch cannot be turned into a request; nothing was sent. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        Refused(Failure failure) {
            super(failure.message());
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    /** Which endpoint of the card to use: its first. The engine's card has only the one that its pool chose. */
    static Endpoint choose(ModelCard card) throws Refused {
        if (card.getEndpoints().isEmpty()) {
            throw new Refused(Failure.retryable(
                    ErrorClass.OTHER, "the card of model '" + card.getSlug() + "' has no endpoint; it needs a url"));
        }
        return card.getEndpoints().get(0);
    }

    /** The endpoint's address without credentials or query, for people. */
    static URI address(Endpoint endpoint, ModelCard card) throws Refused {
        URI uri;
        try {
            uri = URI.create(endpoint.getUrl().replaceAll("/+$", "") + "/chat/completions");
        } catch (IllegalArgumentException e) {
            throw refusedUrl(card, "is not a URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refusedUrl(card, "must be http:// or https://");
        }
        if (uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw refusedUrl(card, "must have a host and no user, query or fragment");
        }
        return uri;
    }

    private static Refused refusedUrl(ModelCard card, String why) {
        return new Refused(Failure.retryable(
                ErrorClass.OTHER, "the endpoint url in the card of model '" + card.getSlug() + "' " + why));
    }

    static HttpRequest of(
            URI address,
            Endpoint endpoint,
            Dispatch dispatch,
            ModelCard card,
            Function<String, @Nullable String> environment)
            throws Refused {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        // An offer to upgrade a plain connection to HTTP/2 confuses some model servers.
        request.version(
                "http".equalsIgnoreCase(address.getScheme()) ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2);
        header(request, card, "Content-Type", "application/json");
        header(request, card, "Accept", "application/json");
        if (!dispatch.getIdempotencyKey().isEmpty()) {
            header(request, card, "Idempotency-Key", dispatch.getIdempotencyKey());
        }
        String keyName = endpoint.getApiKeyEnv();
        if (keyName != null) {
            header(request, card, "Authorization", "Bearer " + key(keyName, card, environment));
        }
        for (Map.Entry<String, String> extra : endpoint.getHeaders().entrySet()) {
            header(request, card, extra.getKey(), extra.getValue());
        }
        try {
            return request.POST(HttpRequest.BodyPublishers.ofByteArray(ChatRequest.body(dispatch, card)))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new Refused(Failure.lasting(ErrorClass.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
    }

    private static String key(String name, ModelCard card, Function<String, @Nullable String> environment)
            throws Refused {
        String key = environment.apply(name);
        if (key == null || key.isBlank()) {
            throw new Refused(Failure.retryable(
                    ErrorClass.UNAUTHORIZED,
                    "environment variable '" + name + "', named by api_key_env in the card of model '" + card.getSlug()
                            + "', is not set"));
        }
        return key.strip();
    }

    private static void header(HttpRequest.Builder request, ModelCard card, String name, String value) throws Refused {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException e) {
            // The client's message has the value, which may be a secret.
            throw new Refused(Failure.retryable(
                    ErrorClass.OTHER,
                    "header '" + name + "' of the endpoint of model '" + card.getSlug()
                            + "' is not allowed, or its value has characters that a header cannot have"));
        }
    }
}
