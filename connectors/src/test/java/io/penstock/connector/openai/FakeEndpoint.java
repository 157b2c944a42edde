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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** An HTTP endpoint on a raw socket that logs every call and misbehaves on command. */
final class FakeEndpoint implements AutoCloseable {
    final List<Call> calls = new CopyOnWriteArrayList<>();
    final CountDownLatch hungUp = new CountDownLatch(1);
    private final ServerSocket server;
    private final Behaviour behaviour;

    /** What to do with the connection once a request has been read. */
    interface Behaviour {
        void serve(Socket socket, OutputStream out, FakeEndpoint endpoint) throws IOException, InterruptedException;
    }

    record Call(String head, String body) {
        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }
    }

    FakeEndpoint(Behaviour behaviour) {
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

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    static Behaviour answers(int status, String headers, String body) {
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
            try (Socket socket = server.accept()) {
                calls.add(read(socket.getInputStream()));
                behaviour.serve(socket, socket.getOutputStream(), this);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // The client went away, or the test is over.
                hungUp.countDown();
            } catch (InterruptedException e) {
                return;
            }
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
        int length = Integer.parseInt(new Call(text, "").header("Content-Length"));
        return new Call(text, new String(in.readNBytes(length), StandardCharsets.UTF_8));
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
