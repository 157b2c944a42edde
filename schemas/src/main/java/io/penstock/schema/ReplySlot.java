package io.penstock.schema;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway wants the terminal event of a request as well: a partition of {@code replies}, and its own name there,
 * since gateways may share one. As text {@code gateway/<slot>/<name>}, which is a request's {@code reply_to} and the key of
 * the reply. Any other {@code reply_to} is the client's own and only handed back in the response.
 *
 * @param slot partition, 0 to 9999
 * @param name 1 to 64 letters, digits or '-'
 */
public record ReplySlot(int slot, String name) {
    private static final String PREFIX = "gateway/";
    private static final int MAX_SLOT = 9999;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,3}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** @throws IllegalArgumentException if slot or name are not allowed */
    public ReplySlot {
        if (slot < 0 || slot > MAX_SLOT) {
            throw new IllegalArgumentException("reply slot " + slot + " must be from 0 to " + MAX_SLOT);
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("gateway name must be 1 to 64 letters, digits or '-'");
        }
    }

    /** Whether a {@code reply_to} asks for a reply, well-formed or not. */
    public static boolean isAskedFor(@Nullable String replyTo) {
        return replyTo != null && replyTo.startsWith(PREFIX);
    }

    /** The slot that a {@code reply_to} names; null if it names none. */
    public static @Nullable ReplySlot parse(@Nullable String replyTo) {
        if (replyTo == null || !replyTo.startsWith(PREFIX)) {
            return null;
        }
        int slash = replyTo.indexOf('/', PREFIX.length());
        if (slash < 0) {
            return null;
        }
        String slot = replyTo.substring(PREFIX.length(), slash);
        String name = replyTo.substring(slash + 1);
        return NUMBER.matcher(slot).matches() && NAME.matcher(name).matches()
                ? new ReplySlot(Integer.parseInt(slot), name)
                : null;
    }

    /** As a {@code reply_to}. */
    public String text() {
        return PREFIX + slot + '/' + name;
    }
}
