package io.penstock.topology.policy;

import io.penstock.learner.warm.InvalidWarmModelException;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmResiduals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * A warm model as routers and learners hold it. What it turns out to miss in a scope is learned in sums of their own, in a
 * scope below that one which bears the hash of the model's bytes: another model starts without residuals, and an outcome
 * whose decision did not use the model says nothing about it.
 *
 * @param key of the model's bytes
 */
public record WarmStart(WarmModel model, String key) {
    /** In the place of an extractor: residuals are learned without features. */
    public static final String RESIDUALS = "residuals";

    /** Of the sums of residuals. */
    public static final int DIMENSION = WarmResiduals.CONTEXT.dimension();

    private static final String PREFIX = "warm-";
    private static final int HASH_BYTES = 8;
    private static final Pattern RESIDUAL = Pattern.compile(".+/" + PREFIX + "[0-9a-f]{" + 2 * HASH_BYTES + "}");

    /**
     * Reads what {@code penstock train} has written.
     *
     * @param option whose value the file is, for the message
     * @return null if there is no file
     * @throws ConfigException if it cannot be read, or is no warm model that says what features it wants
     */
    public static @Nullable WarmStart load(String option, @Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            return of(Files.readAllBytes(file));
        } catch (IOException | UncheckedIOException | InvalidWarmModelException e) {
            throw new ConfigException(
                    option, file, "it must be a warm model that penstock train has written: " + e.getMessage());
        }
    }

    /**
     * Reads a model from its bytes.
     *
     * @throws InvalidWarmModelException if they are none, or one that does not say what features it wants
     */
    public static WarmStart of(byte[] bytes) {
        WarmModel model = WarmModel.fromBytes(bytes);
        if (model.extractor().isEmpty()) {
            throw new InvalidWarmModelException("warm model must name its extractor, but does not");
        }
        return new WarmStart(model, PREFIX + hash(bytes));
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Whether features of this extractor are what the model was fitted on. */
    public boolean suits(String extractor) {
        return model.extractor().equals(extractor);
    }

    /** Where its residuals in a scope are learned. */
    public String scope(String scope) {
        return scope + '/' + key;
    }

    /** Whether a scope is one of its residuals. */
    public boolean isScope(String scope) {
        return scope.endsWith('/' + key);
    }

    /** The scope in which residuals are of use; any other scope is its own. */
    public static String base(String scope) {
        return isResidual(scope) ? scope.substring(0, scope.lastIndexOf('/')) : scope;
    }

    /** Whether a scope is one of residuals, of whichever warm model. */
    public static boolean isResidual(String scope) {
        return RESIDUAL.matcher(scope).matches();
    }
}
