package io.penstock.topology.join;

/** Why a request wants to be woken. */
enum TimerKind {
    /** An event has waited long enough for its decision. */
    PARKING(0),
    /** The lease of the attempt in flight is over: start-before, call timeout and skew have passed. */
    ATTEMPT(1),
    /** Route has not decided again after a failed attempt. */
    REROUTE(2),
    /** The request as a whole is too old. */
    EXPIRY(3);

    private final byte code;

    TimerKind(int code) {
        this.code = (byte) code;
    }

    /** What is stored. */
    byte code() {
        return code;
    }

    static TimerKind ofCode(byte code) {
        for (TimerKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalStateException("timer kind " + code + " must be 0 to 3: possible corruption");
    }
}
