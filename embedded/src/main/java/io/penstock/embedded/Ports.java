package io.penstock.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Loopback addresses and the one sentence about a port that is taken. */
final class Ports {
    static final String HOST = "127.0.0.1";

    private Ports() {}

    static void check(String name, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(name + " is " + port + "; it must be within 0 and 65535");
        }
    }

    /** The address on 127.0.0.1, without a name look-up. */
    static InetSocketAddress loopback(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }

    static StartupException unavailable(int port, String option, IOException e) {
        String why = e instanceof BindException && isInUse(e)
                ? " is in use by another program; stop it or choose another with " + option + "."
                : " cannot be opened (" + Sentences.of(e) + "); choose another with " + option + ".";
        return new StartupException("Port " + port + " on " + HOST + why, e);
    }

    private static boolean isInUse(IOException e) {
        String message = e.getMessage();
        return message == null || message.contains("in use");
    }
}
