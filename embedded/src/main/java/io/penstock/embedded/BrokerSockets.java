package io.penstock.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets, bound before Kafka starts.
 *
 * <p>So a used port is known before any data is touched, and a free port that was picked cannot be lost to another
 * program before Kafka binds it.
 */
final class BrokerSockets implements ServerSocketFactory, AutoCloseable {
    private static final int BACKLOG = 50;

    private final ServerSocketChannel client;
    private final ServerSocketChannel controller;

    private BrokerSockets(ServerSocketChannel client, ServerSocketChannel controller) {
        this.client = client;
        this.controller = controller;
    }

    static BrokerSockets bind(int brokerPort, int controllerPort) {
        ServerSocketChannel client = bind(brokerPort, "--port");
        try {
            return new BrokerSockets(client, bind(controllerPort, "--controller-port"));
        } catch (StartupException e) {
            Utils.closeQuietly(client, "broker socket");
            throw e;
        }
    }

    private static ServerSocketChannel bind(int port, String option) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.bind(Ports.loopback(port), BACKLOG);
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            Utils.closeQuietly(channel, "socket");
            throw Ports.unavailable(port, option, e);
        }
    }

    int brokerPort() {
        return client.socket().getLocalPort();
    }

    int controllerPort() {
        return controller.socket().getLocalPort();
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listenerName, InetSocketAddress address, int backlog, int receiveBufferSize) throws IOException {
        ServerSocketChannel channel = Map.of(
                        BrokerConfig.CLIENT_LISTENER, client,
                        BrokerConfig.CONTROLLER_LISTENER, controller)
                .get(listenerName);
        if (channel == null || !channel.isOpen()) {
            throw new IOException("no open socket for listener " + listenerName + " at " + address);
        }
        return channel;
    }

    /** Closes what Kafka has not closed itself. */
    @Override
    public void close() {
        Utils.closeQuietly(client, "broker socket");
        Utils.closeQuietly(controller, "controller socket");
    }
}
