package io.penstock.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From bytes to a request and from an answer to bytes; every failure becomes Confluent's error JSON. */
final class RegistryHttp implements HttpHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(RegistryHttp.class);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    /** Below the producer's usual limit of 1 MiB for a record. */
    private static final int LARGEST_BODY = 1_000_000;

    private final RegistryRoutes routes;

    RegistryHttp(RegistryRoutes routes) {
        this.routes = routes;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            JsonNode answer;
            try {
                answer = routes.answer(
                        new RegistryRequest(exchange.getRequestMethod(), exchange.getRequestURI(), body(exchange)));
            } catch (RegistryException e) {
                status = e.status();
                answer = error(e.code(), e.text());
            } catch (KafkaException e) {
                LOGGER.atWarn().setCause(e).log("schema registry cannot reach its topic");
                status = 500;
                answer = error(50001, "Error in the backend data store - " + Sentences.of(e));
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("schema registry failed on a request");
                status = 500;
                answer = error(50001, "Internal error: " + e.getClass().getSimpleName());
            }
            byte[] bytes = RegistryJson.bytes(answer);
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            throw new RegistryException(
                    413, "HTTP 413 Content Too Large: the body may have " + LARGEST_BODY + " bytes");
        }
        return bytes;
    }

    private static JsonNode error(int code, String message) {
        return RegistryJson.object().put("error_code", code).put("message", message);
    }
}
