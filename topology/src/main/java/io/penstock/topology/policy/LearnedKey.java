package io.penstock.topology.policy;

import io.penstock.schema.Keys;

/**
 * What one set of learned sums is about.
 *
 * @param scope whose requests teach it, e.g. {@code tenant/acme}; 1 to {@value #MAX_SCOPE} printable characters, may have
 *     slashes inside
 * @param model a slug
 * @param extractor hash of the feature extractor; an id without '/'
 */
public record LearnedKey(String scope, String model, String extractor) implements Comparable<LearnedKey> {
    static final int MAX_SCOPE = 200;

    public LearnedKey {
        requireScope(scope);
        if (!Keys.isSlug(model)) {
            throw new IllegalArgumentException("model '" + printable(model) + "' must be a slug [a-z0-9-]{1,80}");
        }
        if (!Keys.isId(extractor)) {
            throw new IllegalArgumentException(
                    "extractor '" + printable(extractor) + "' must have 1 to 128 characters without '/'");
        }
    }

    private static void requireScope(String scope) {
        boolean printable = scope.codePoints().noneMatch(LearnedKey::isForbidden);
        if (scope.isEmpty()
                || scope.length() > MAX_SCOPE
                || !printable
                || scope.startsWith("/")
                || scope.endsWith("/")) {
            throw new IllegalArgumentException("scope '" + printable(scope) + "' must have 1 to " + MAX_SCOPE
                    + " printable characters and no '/' at its ends");
        }
    }

    private static boolean isForbidden(int codePoint) {
        return Character.isISOControl(codePoint)
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    /** Fit for a message: other people's text must not forge lines or fill a log. */
    private static String printable(String text) {
        String start = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    /** The inverse of {@link #text}. */
    public static LearnedKey parse(String text) {
        int second = text.lastIndexOf('/');
        int first = text.lastIndexOf('/', second - 1);
        if (first < 0) {
            throw new IllegalArgumentException("key '" + printable(text) + "' must be scope/model/extractor");
        }
        return new LearnedKey(text.substring(0, first), text.substring(first + 1, second), text.substring(second + 1));
    }

    /** scope/model/extractor: the key of a state store. */
    public String text() {
        return scope + '/' + model + '/' + extractor;
    }

    /** The key on the policies topic: scope/model/shard/extractor. */
    public String policyKey(int shard) {
        return Keys.policyKey(scope, model, shard, extractor);
    }

    @Override
    public int compareTo(LearnedKey other) {
        return text().compareTo(other.text());
    }
}
