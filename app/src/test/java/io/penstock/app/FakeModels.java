package io.penstock.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** OpenAI-compatible models on one HTTP server, each under a path of its own; counts the calls, and answers 503 on command. */
final class FakeModels implements AutoCloseable {
    private static final String ANSWER = "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"Paris\"}}],"
            + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}";

    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Set<String> ill = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final HttpServer server;

    FakeModels() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url(String model) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + '/' + model;
    }

    /** From now on it answers 503. */
    void fail(String model) {
        ill.add(model);
    }

    void heal(String model) {
        ill.remove(model);
    }

    int calls(String model) {
        return calls.computeIfAbsent(model, name -> new AtomicInteger()).get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String model = exchange.getRequestURI().getPath().split("/")[1];
        exchange.getRequestBody().readAllBytes();
        calls.computeIfAbsent(model, name -> new AtomicInteger()).incrementAndGet();
        byte[] body = (ill.contains(model) ? "{}" : ANSWER).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(ill.contains(model) ? 503 : 200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
