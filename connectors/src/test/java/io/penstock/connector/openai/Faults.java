package io.penstock.connector.openai;

import static io.penstock.connector.openai.FakeEndpoint.answers;

import io.penstock.connector.openai.FakeEndpoint.Behaviour;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What an OpenAI-compatible endpoint may do to its callers. */
public final class Faults {
    static final String JSON = "Content-Type: application/json\r\n";
    static final String EVENTS = "Content-Type: text/event-stream\r\n";

    private Faults() {}

    /** A whole answer with 10 input and 20 output tokens. */
    public static Behaviour good(String text) {
        return answers(200, JSON, body(text));
    }

    static String body(String text) {
        return "{\"id\":\"x\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                + "\"message\":{\"role\":\"assistant\",\"content\":\"" + text + "\"}}],"
                + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}";
    }

    /** An error status, without a body worth reading. */
    public static Behaviour status(int status) {
        return answers(status, JSON, "{}");
    }

    /** 429 or 503 that says when to come back. */
    public static Behaviour retryAfter(int status, String seconds) {
        return answers(status, JSON + "Retry-After: " + seconds + "\r\n", "{}");
    }

    /** Says nothing until the caller goes away. */
    public static Behaviour hang() {
        return (socket, out, endpoint) -> {
            if (socket.getInputStream().read() < 0) {
                endpoint.hungUp.countDown();
            }
        };
    }

    /** Resets the connection before a status line. */
    public static Behaviour resetBeforeAnswer() {
        return (socket, out, endpoint) -> socket.setSoLinger(true, 0);
    }

    /** Ends the connection inside the body of a good answer. */
    public static Behaviour cutInsideAnswer() {
        return (socket, out, endpoint) -> {
            byte[] whole = FakeEndpoint.response(200, JSON, body("never read whole"));
            out.write(whole, 0, whole.length - 40);
            out.flush();
        };
    }

    /** A good answer, one byte at a time. */
    public static Behaviour drip(Duration betweenBytes) {
        return (socket, out, endpoint) -> {
            for (byte one : FakeEndpoint.response(200, JSON, body("slow"))) {
                out.write(one);
                out.flush();
                Thread.sleep(betweenBytes.toMillis());
            }
        };
    }

    /** A body without end. */
    public static Behaviour endless() {
        return (socket, out, endpoint) -> {
            head(out, JSON);
            byte[] chunk = new byte[10_000];
            while (endpoint.hungUp.getCount() > 0) {
                out.write(chunk);
            }
        };
    }

    /** A 200 whose body is not what it says. */
    public static Behaviour malformed(String body) {
        return answers(200, JSON, body);
    }

    /** Server-sent events, then the end of the connection: whole if the last is [DONE], else cut off. */
    public static Behaviour events(List<String> data) {
        return (socket, out, endpoint) -> {
            head(out, EVENTS);
            for (String one : data) {
                out.write(("data: " + one + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        };
    }

    private static void head(OutputStream out, String headers) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\n" + headers + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** One behaviour after the other; the last one stays. */
    public static Behaviour inTurn(Behaviour... behaviours) {
        Deque<Behaviour> left = new ArrayDeque<>(List.of(behaviours));
        return (socket, out, endpoint) -> {
            Behaviour next;
            synchronized (left) {
                next = left.size() > 1 ? left.removeFirst() : left.getFirst();
            }
            next.serve(socket, out, endpoint);
        };
    }

    /** Serves so many calls at once, and answers 429 to the rest. */
    public static Behaviour throttled(int atOnce, Behaviour others) {
        Map<Socket, Boolean> open = new ConcurrentHashMap<>();
        return (socket, out, endpoint) -> {
            open.put(socket, true);
            try {
                (open.size() <= atOnce ? others : retryAfter(429, "1")).serve(socket, out, endpoint);
            } finally {
                open.remove(socket);
            }
        };
    }

    /** Does the work of a key once: whoever comes again with it gets a whole answer and pays nothing. */
    public static Behaviour honouringKeys(Behaviour firstTime) {
        Map<String, Boolean> done = new ConcurrentHashMap<>();
        return (socket, out, endpoint) -> {
            boolean again = done.putIfAbsent(endpoint.current().idempotencyKey(), true) != null;
            (again ? good("as before") : firstTime).serve(socket, out, endpoint);
        };
    }
}
