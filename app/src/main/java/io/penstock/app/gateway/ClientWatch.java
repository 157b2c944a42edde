package io.penstock.app.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;

/**
 * Whether the client of a waiting call is still there. Jetty reads nothing from a plain HTTP/1.1 connection while a call
 * waits, so nobody would notice: this looks itself, from the end of the request's body until {@link #release}. Thread-safe.
 */
final class ClientWatch {
    private final EndPoint endPoint;
    private boolean released;
    private boolean spoke;

    ClientWatch(EndPoint endPoint) {
        this.endPoint = endPoint;
    }

    synchronized boolean isGone() {
        if (released || spoke) {
            return false;
        }
        if (!endPoint.isOpen()) {
            return true;
        }
        if (!(endPoint.getTransport() instanceof SocketChannel channel)) {
            return false;
        }
        try {
            int read = channel.read(ByteBuffer.allocate(1));
            spoke = read > 0;
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Ends the watch; call it before the end of the response is written, when the connection becomes Jetty's again.
     *
     * @return whether the connection must be closed after the response: bytes before it were a pipelined request and one of
     *     them is lost. HTTP/1.1 lets a server close then, and the client asks again.
     */
    synchronized boolean release() {
        released = true;
        return spoke;
    }
}
