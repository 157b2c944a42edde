package io.penstock.topology.route;

import io.penstock.event.Lane;
import io.penstock.schema.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.utils.Bytes;

/**
 * Randomness that can be written down: HMAC-SHA256 under the server key. A client cannot predict or choose its draw, and
 * whoever has the key can make it again. Used by one thread.
 */
final class SeedSource {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int ID_BYTES = 16;

    private final Mac mac;

    SeedSource(Bytes serverKey) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(serverKey.get(), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * What one attempt draws.
     *
     * @param decisionId names the decision; the same request id under another session or lane gets another
     * @param seed of the policy's draw
     */
    record Draw(String decisionId, long seed) {}

    /** One digest serves both: the id is its first half, the seed follows. */
    Draw draw(Identity identity, Lane lane, String routingKey, int attempt) {
        String attempted = identity.key() + '\n' + lane + '/' + routingKey + '\n' + attempt;
        byte[] digest = mac.doFinal(attempted.getBytes(StandardCharsets.UTF_8));
        return new Draw(
                HexFormat.of().formatHex(digest, 0, ID_BYTES),
                ByteBuffer.wrap(digest).getLong(ID_BYTES));
    }
}
