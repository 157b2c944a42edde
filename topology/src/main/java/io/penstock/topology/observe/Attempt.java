package io.penstock.topology.observe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What is known of one attempt. Its decision and its completion may come in either order and more than once.
 *
 * @param model that it went to
 * @param state see {@link State}
 * @param forgetAt when it may be forgotten, epoch milliseconds
 */
record Attempt(String model, State state, long forgetAt) {
    enum State {
        /** Decided, not completed, counted in flight. */
        OPEN('O'),
        /** Decided, not completed in time, no longer counted in flight. */
        EXPIRED('E'),
        /** Completed; whatever comes now counts nothing. */
        DONE('D');

        private final char code;

        State(char code) {
            this.code = code;
        }

        private static State of(char code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new IllegalStateException("an attempt's state must be O, E or D, but is " + (int) code);
        }
    }

    byte[] toBytes() {
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Long.BYTES + name.length)
                .put((byte) state.code)
                .putLong(forgetAt)
                .put(name)
                .array();
    }

    static Attempt fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        State state = State.of((char) in.get());
        long forgetAt = in.getLong();
        return new Attempt(StandardCharsets.UTF_8.decode(in).toString(), state, forgetAt);
    }
}
