package io.penstock.app.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway listens and what it bears.
 *
 * @param host name or address to listen on; anything but loopback needs keys
 * @param port 0 = any free one
 * @param keys YAML file of API keys; null = everybody on this machine is tenant {@code default}
 * @param timeout how long a call waits for its answer
 * @param maxInFlight calls that may wait at a time; more are refused
 * @param drain how long a stop waits for answers before it sends clients away
 */
public record GatewaySettings(
        String host, int port, @Nullable Path keys, Duration timeout, int maxInFlight, Duration drain) {
    /** The port unless configured otherwise. */
    public static final int DEFAULT_PORT = 18080;

    /** The address unless configured otherwise. */
    public static final String DEFAULT_HOST = "127.0.0.1";

    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException that names what is out of range */
    public GatewaySettings {
        require(port >= 0 && port <= MAX_PORT, "gateway port " + port + " must be from 0 to " + MAX_PORT);
        require(!timeout.isNegative() && !timeout.isZero(), "the gateway's timeout must be above 0");
        require(maxInFlight > 0, "the gateway's requests in flight, " + maxInFlight + ", must be above 0");
        require(!drain.isNegative(), "the gateway's drain time must not be negative");
        require(
                keys != null || isLoopback(host),
                "without API keys the gateway listens on this machine alone, but the host is '" + host
                        + "': give --keys, or --host " + DEFAULT_HOST);
    }

    /** On a port of this machine, without keys, with the usual limits. */
    public static GatewaySettings onLoopback(int port) {
        return new GatewaySettings(DEFAULT_HOST, port, null, Duration.ofSeconds(300), 4096, Duration.ofSeconds(5));
    }

    /** The same with a key file. */
    public GatewaySettings withKeys(@Nullable Path file) {
        return new GatewaySettings(host, port, file, timeout, maxInFlight, drain);
    }

    /** The same with other limits. */
    public GatewaySettings withLimits(Duration wait, int inFlight, Duration stop) {
        return new GatewaySettings(host, port, keys, wait, inFlight, stop);
    }

    private static boolean isLoopback(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
