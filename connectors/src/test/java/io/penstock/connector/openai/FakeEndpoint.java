package io.penstock.connector.openai;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * An HTTP endpoint on raw sockets that logs every call and misbehaves on command (see {@link Faults}). Each connection has a
 * thread of its own and carries one call.
 */
public final class FakeEndpoint implements AutoCloseable {
    /** Every call whose request was read whole, in that order. */
    public final List<Call> calls = new CopyOnWriteArrayList<>();

    final CountDownLatch hungUp = new CountDownLatch(1);
    private final ServerSocket server;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final ThreadLocal<Call> current = new ThreadLocal<>();
    private volatile Behaviour behaviour;

    /** What to do with the connection once a request has been read. */
    public interface Behaviour {
        void serve(Socket socket, OutputStream out, FakeEndpoint endpoint) throws IOException, InterruptedException;
    }

    public record Call(String head, String body, Instant at) {
        public String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }

        public String idempotencyKey() {
            return header("Idempotency-Key");
        }
    }

    public FakeEndpoint(Behaviour behaviour) {
        this.behaviour = behaviour;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "fake-endpoint");
        thread.setDaemon(true);
        thread.start();
    }

    /** How the next calls are served. */
    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** Calls by idempotency key. */
    public Map<String, Long> callsByKey() {
        return calls.stream().collect(Collectors.groupingBy(Call::idempotencyKey, Collectors.counting()));
    }

    /** For behaviours: the call that this thread serves. */
    Call current() {
        return current.get();
    }

    /** The most calls that were open at once. */
    public int mostOpen() {
        return mostOpen.get();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    public static Behaviour answers(int status, String headers, String body) {
        return (socket, out, endpoint) -> out.write(response(status, headers, body));
    }

    static byte[] response(int status, String headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " X\r\n" + headers + "Content-Length: " + bytes.length
                + "\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(bytes);
        return all.toByteArray();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket), "fake-endpoint-call");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // The test is over.
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (Socket socket = connection) {
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            Call call = read(socket.getInputStream());
            current.set(call);
            calls.add(call);
            behaviour.serve(socket, socket.getOutputStream(), this);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // The client went away.
            hungUp.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    private static Call read(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.UTF_8);
        int length = Integer.parseInt(new Call(text, "", Instant.EPOCH).header("Content-Length"));
        return new Call(text, new String(in.readNBytes(length), StandardCharsets.UTF_8), Instant.now());
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
