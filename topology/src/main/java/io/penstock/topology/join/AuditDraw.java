package io.penstock.topology.join;

import io.penstock.schema.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which answers are audited: a share of all identities, drawn by HMAC-SHA256 under the server key. So nobody outside can tell
 * or choose which, it needs no memory, and a replay draws the same. Used by one thread.
 */
final class AuditDraw {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;
    private final double share;

    AuditDraw(FeedbackTrust trust) {
        this.share = trust.auditShare();
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(trust.auditKey().get(), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    boolean draws(Identity identity) {
        if (share <= 0) {
            return false;
        }
        byte[] digest = mac.doFinal(("audit\n" + identity.key()).getBytes(StandardCharsets.UTF_8));
        double uniform = (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1p-53;
        return uniform < share;
    }
}
