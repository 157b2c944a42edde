package io.penstock.app.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.penstock.app.node.Node;
import io.penstock.schema.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. A YAML file has the SHA-256 of each key, never the key:
 *
 * <pre>
 * keys:
 *   - name: ci
 *     sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 *     tenant: acme
 *     requests-per-minute: 600   # optional
 * </pre>
 *
 * Without a file everybody is tenant {@code default}. Immutable but for what the limits count.
 */
final class ApiKeys {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> FIELDS = Set.of("name", "sha256", "tenant", "requests-per-minute");
    private static final String BEARER = "bearer ";

    private final List<Key> keys;
    private final @Nullable Caller anybody;

    private record Key(String sha256, Caller caller) {}

    private ApiKeys(List<Key> keys, @Nullable Caller anybody) {
        this.keys = List.copyOf(keys);
        this.anybody = anybody;
    }

    /** Everybody may ask, as tenant {@code default}. */
    static ApiKeys none() {
        return new ApiKeys(List.of(), new Caller("anybody", Node.DEFAULT_TENANT, new RateLimit(0, System::nanoTime)));
    }

    /** @throws IllegalArgumentException that names the file, the entry and what is wrong; never a key or its hash */
    static ApiKeys read(Path file) {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            // Its message would quote the file.
            throw new IllegalArgumentException("the key file " + file + " is not YAML: look at line "
                    + (e.getLocation() == null ? "1" : e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw new UncheckedIOException("the key file " + file + " cannot be read", e);
        }
        try {
            return parse(root);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key file " + file + ": " + e.getMessage(), e);
        }
    }

    private static ApiKeys parse(@Nullable JsonNode root) {
        JsonNode list = root == null ? null : root.get("keys");
        require(list != null && list.isArray() && !list.isEmpty(), "keys must be a list of at least one key");
        List<Key> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (JsonNode entry : Objects.requireNonNull(list)) {
            Key key = key(entry, "keys[" + keys.size() + "]");
            require(
                    names.add(key.caller().name()),
                    "two keys have the name '" + key.caller().name() + "'");
            require(hashes.add(key.sha256()), "key '" + key.caller().name() + "' has the sha256 of another");
            keys.add(key);
        }
        return new ApiKeys(keys, null);
    }

    private static Key key(JsonNode entry, String where) {
        require(entry.isObject(), where + " must have name, sha256 and tenant");
        for (Iterator<String> fields = entry.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            require(
                    FIELDS.contains(field),
                    where + "." + field + " is unknown; known are "
                            + FIELDS.stream().sorted().toList());
        }
        String name = entry.path("name").asText("");
        require(NAME.matcher(name).matches(), where + ".name must be 1 to 64 letters, digits, '.', '_' or '-'");
        String sha256 = entry.path("sha256").asText("");
        require(
                SHA_256.matcher(sha256).matches(),
                where + ".sha256 of '" + name + "' must be the 64 hexadecimal digits of the key's SHA-256");
        String tenant = entry.path("tenant").asText("");
        require(
                Keys.isTenant(tenant),
                where + ".tenant '" + tenant + "' must be 1 to 40 lower-case letters, digits or '-'");
        JsonNode perMinute = entry.path("requests-per-minute");
        require(
                perMinute.isMissingNode()
                        || (perMinute.canConvertToInt() && perMinute.intValue() > 0 && perMinute.isIntegralNumber()),
                where + ".requests-per-minute must be a whole number above 0");
        return new Key(
                sha256.toLowerCase(Locale.ROOT),
                new Caller(name, tenant, new RateLimit(perMinute.asInt(0), System::nanoTime)));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Whether callers are told apart at all. */
    boolean isOpen() {
        return anybody != null;
    }

    Set<String> tenants() {
        return anybody == null
                ? keys.stream().map(key -> key.caller().tenant()).collect(Collectors.toUnmodifiableSet())
                : Set.of(anybody.tenant());
    }

    /**
     * The caller of an {@code Authorization} header.
     *
     * @throws ApiException 401 if the key is missing or unknown
     */
    Caller caller(@Nullable String authorization) {
        if (anybody != null) {
            return anybody;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw ApiException.unauthorized("no API key: send the header 'Authorization: Bearer <key>'");
        }
        byte[] given = sha256(authorization.substring(BEARER.length()).trim()).getBytes(StandardCharsets.US_ASCII);
        Caller found = null;
        // All of them, whichever fits: how long it takes tells nothing.
        for (Key key : keys) {
            if (MessageDigest.isEqual(given, key.sha256().getBytes(StandardCharsets.US_ASCII))) {
                found = key.caller();
            }
        }
        if (found == null) {
            throw ApiException.unauthorized("this API key is not known here");
        }
        return found;
    }

    static String sha256(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
