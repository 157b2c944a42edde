package io.penstock.topology.route;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/** What is remembered of a request that is not open any more. */
record SeenRequest(long requestTime, Bytes bodyHash) {
    byte[] toBytes() {
        return ByteBuffer.allocate(Long.BYTES + bodyHash.get().length)
                .putLong(requestTime)
                .put(bodyHash.get())
                .array();
    }

    static SeenRequest fromBytes(byte[] bytes) {
        long requestTime = ByteBuffer.wrap(bytes).getLong();
        return new SeenRequest(requestTime, Bytes.wrap(Arrays.copyOfRange(bytes, Long.BYTES, bytes.length)));
    }
}
