package io.penstock.schema;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a well-formed key part is, and how parts join. Keys are UTF-8 strings, never Avro; composite keys join with '/'.
 * All methods are pure.
 */
public final class Keys {
    static final String TENANT_RULE = "[a-z0-9-]{1,40}";
    static final String SLUG_RULE = "[a-z0-9-]{1,80}";
    static final int MAX_ID_LENGTH = 128;
    private static final int MAX_TENANT_LENGTH = 40;
    private static final int MAX_SLUG_LENGTH = 80;
    private static final Pattern NOT_SLUG = Pattern.compile("[^a-z0-9]+");
    private static final Pattern OUTER_DASHES = Pattern.compile("^-+|-+$");

    private Keys() {}

    /** Whether the text is a tenant: {@code [a-z0-9-]{1,40}}. */
    public static boolean isTenant(String text) {
        return isSlug(text, MAX_TENANT_LENGTH);
    }

    /**
     * Whether the text is a request or session id: 1 to 128 chars without '/'. Control characters and lone surrogates are
     * refused too: the former could forge log lines, the latter all become '?' in UTF-8, so two ids would share a key.
     */
    public static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_ID_LENGTH) {
            return false;
        }
        int step;
        for (int i = 0; i < text.length(); i += step) {
            int codePoint = text.codePointAt(i);
            if (isForbidden(codePoint)) {
                return false;
            }
            step = Character.charCount(codePoint);
        }
        return true;
    }

    private static boolean isForbidden(int codePoint) {
        return codePoint == '/'
                || Character.isISOControl(codePoint)
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    /** Whether the text is a model slug: {@code [a-z0-9-]{1,80}}. */
    public static boolean isSlug(String text) {
        return isSlug(text, MAX_SLUG_LENGTH);
    }

    // Loops, not patterns: several keys are checked for every event.
    private static boolean isSlug(String text, int most) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= most;
    }

    /**
     * The slug of a model's name: lower case, each run of other characters one '-', no '-' at the ends, at most 80 chars.
     * Two names can have one slug; the catalog refuses the second.
     *
     * @throws IllegalArgumentException if nothing is left
     */
    public static String slugOf(String modelName) {
        String dashed = NOT_SLUG.matcher(modelName.toLowerCase(Locale.ROOT)).replaceAll("-");
        String slug = OUTER_DASHES.matcher(dashed).replaceAll("");
        if (slug.length() > MAX_SLUG_LENGTH) {
            slug = OUTER_DASHES.matcher(slug.substring(0, MAX_SLUG_LENGTH)).replaceAll("");
        }
        if (slug.isEmpty()) {
            throw new IllegalArgumentException("model name '" + modelName
                    + "' has no letter a-z or digit to make a slug of; give the slug itself");
        }
        return slug;
    }

    /** Key of a policy snapshot: scope/model/shard/extractor. The scope may itself have slashes (tenant/acme). */
    public static String policyKey(String scope, String model, int shard, String extractor) {
        if (shard < 0) {
            throw new IllegalArgumentException("shard " + shard + " must be an outcomes partition, >= 0");
        }
        return scope + '/' + model + '/' + shard + '/' + extractor;
    }

    /** The session id if there is one, else the request id. Neither is checked: see {@link #isId}. */
    public static String routingKey(@Nullable String session, String requestId) {
        return session == null ? requestId : session;
    }

    static String requireTenant(String tenant) {
        if (!isTenant(tenant)) {
            throw new IllegalArgumentException("tenant '" + tenant + "' must match " + TENANT_RULE);
        }
        return tenant;
    }

    static String requireSlug(String slug) {
        if (!isSlug(slug)) {
            throw new IllegalArgumentException("model slug '" + slug + "' must match " + SLUG_RULE);
        }
        return slug;
    }
}
