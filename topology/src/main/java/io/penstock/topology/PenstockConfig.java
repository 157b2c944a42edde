package io.penstock.topology;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Every setting of the router and the learner, declared once; docs/configuration.md is made from here. */
public final class PenstockConfig {
    public static final String PREFIX = "penstock.topic.prefix";
    public static final String BOOTSTRAP_SERVERS = "penstock.bootstrap.servers";
    public static final String SCHEMA_REGISTRY_URL = "penstock.schema.registry.url";
    public static final String STATE_DIR = "penstock.state.dir";
    public static final String SERVER_KEY = "penstock.server.key";
    public static final String PARTITIONS = "penstock.partitions";
    public static final String REPLICATION_FACTOR = "penstock.replication.factor";
    public static final String GUARANTEE = "penstock.processing.guarantee";
    public static final String INSTANCE_ID = "penstock.instance.id";
    public static final String DETERMINISTIC = "penstock.deterministic";
    public static final String ROUTER_THREADS = "penstock.router.threads";
    public static final String ROUTER_COMMIT_INTERVAL = "penstock.router.commit.interval.ms";
    public static final String LEARNER_THREADS = "penstock.learner.threads";
    public static final String LEARNER_COMMIT_INTERVAL = "penstock.learner.commit.interval.ms";
    public static final String LEARNER_PUBLISH_INTERVAL = "penstock.learner.publish.interval.ms";
    public static final String LEARNER_HALF_LIFE = "penstock.learner.half.life.ms";
    public static final String POLICY_HISTORY_INTERVAL = "penstock.policy.history.interval.ms";
    public static final String TRANSACTION_TIMEOUT = "penstock.transaction.timeout.ms";
    public static final String METADATA_MAX_AGE = "penstock.metadata.max.age.ms";
    public static final String DEDUPLICATION_HORIZON = "penstock.deduplication.horizon.ms";
    public static final String FEEDBACK_HORIZON = "penstock.feedback.horizon.ms";
    public static final String PARKING = "penstock.join.parking.ms";
    public static final String TIMER_INTERVAL = "penstock.join.timer.interval.ms";
    public static final String CLOCK_SKEW = "penstock.clock.skew.ms";
    public static final String MAX_ATTEMPTS = "penstock.max.attempts";
    public static final String AUDIT_SHARE = "penstock.feedback.audit.share";
    public static final String SOURCE_SHARE = "penstock.feedback.source.share";
    public static final String SOURCE_GRACE = "penstock.feedback.source.grace";
    public static final String FEATURES_TIER = "penstock.features.tier";
    public static final String FEATURES_FITTED_FILE = "penstock.features.fitted.file";
    public static final String WARM_FILE = "penstock.warm.file";
    public static final String FEATURES_DIMENSION = "penstock.features.dimension";
    public static final String FEATURES_DEVICE = "penstock.features.device";
    public static final String FEATURES_CACHE = "penstock.features.cache.entries";
    public static final String FEATURES_DEADLINE = "penstock.features.deadline.ms";
    public static final String FEATURES_MAX_BATCH = "penstock.features.max.batch";
    public static final String FEATURES_WORKERS = "penstock.features.workers";

    private static final String OWN = "penstock.";
    private static final String KAFKA = "kafka.";
    private static final long DAY = 24L * 60 * 60 * 1000;

    private final Map<String, Object> values;
    private final Map<String, String> kafka;

    private PenstockConfig(Map<String, Object> values, Map<String, String> kafka) {
        this.values = values;
        this.kafka = kafka;
    }

    /** The declaration behind {@link #from}. */
    public static ConfigDef definition() {
        ConfigDef def = new ConfigDef();
        defineCluster(def);
        defineApplications(def);
        defineTimes(def);
        defineFeedback(def);
        defineFeatures(def, FeatureSettings.defaults());
        return def;
    }

    private static void defineCluster(ConfigDef def) {
        def.define(BOOTSTRAP_SERVERS, STRING, HIGH, "Brokers, host:port separated by commas.");
        def.define(SCHEMA_REGISTRY_URL, STRING, HIGH, "Base URL of a Confluent-compatible schema registry.");
        def.define(STATE_DIR, STRING, HIGH, "Folder for RocksDB; keep it over restarts.");
        def.define(
                SERVER_KEY,
                PASSWORD,
                HIGH,
                "Secret behind decision seeds, at least 16 bytes; the same for all routers of a cluster.");
        def.define(PREFIX, STRING, "penstock.", HIGH, "Put before every topic name.");
        def.define(PARTITIONS, INT, 4, between(1, 10_000), HIGH, "Partitions of keyed topics; never change it.");
        def.define(REPLICATION_FACTOR, INT, 1, between(1, 100), HIGH, "Replicas of topics we create.");
        def.define(
                GUARANTEE,
                STRING,
                "exactly_once_v2",
                ValidString.in("exactly_once_v2", "at_least_once"),
                HIGH,
                "at_least_once lowers latency; after a crash decisions may then be made twice.");
        def.define(INSTANCE_ID, STRING, "", MEDIUM, "Static member id; keeps partitions over a quick restart.");
        def.define(DETERMINISTIC, BOOLEAN, false, LOW, "For replays: time comes from the log, speed changes nothing.");
    }

    private static void defineApplications(ConfigDef def) {
        def.define(ROUTER_THREADS, INT, 1, between(1, 256), MEDIUM, "Stream threads of the router.");
        def.define(ROUTER_COMMIT_INTERVAL, LONG, 25L, atLeast(1), MEDIUM, "A decision is visible after its commit.");
        def.define(LEARNER_THREADS, INT, 1, between(1, 256), MEDIUM, "Stream threads of the learner.");
        def.define(LEARNER_COMMIT_INTERVAL, LONG, 500L, atLeast(1), MEDIUM, "How often learned sums are committed.");
        def.define(
                LEARNER_PUBLISH_INTERVAL, LONG, 500L, atLeast(0), MEDIUM, "Shortest time between two policy records.");
        def.define(
                LEARNER_HALF_LIFE,
                LONG,
                0L,
                ConfigDef.LambdaValidator.with(LearnerApp::requireHalfLife, () -> "0 or [1000,...]"),
                MEDIUM,
                "After which an outcome counts half; 0 = never. Sums that exist keep the one they began with.");
        def.define(
                POLICY_HISTORY_INTERVAL,
                LONG,
                3_600_000L,
                atLeast(0),
                MEDIUM,
                "How often learned sums are copied to policy-history, for pins and rollbacks; 0 = never.");
        def.define(
                TRANSACTION_TIMEOUT, INT, 10_000, atLeast(1000), MEDIUM, "Transaction timeout of both applications.");
    }

    private static void defineTimes(ConfigDef def) {
        def.define(METADATA_MAX_AGE, LONG, 5_000L, atLeast(100), LOW, "How soon new tenants and models are noticed.");
        def.define(DEDUPLICATION_HORIZON, LONG, DAY, atLeast(1000), MEDIUM, "How long request ids are remembered.");
        def.define(FEEDBACK_HORIZON, LONG, DAY, atLeast(1000), MEDIUM, "How long feedback is accepted.");
        def.define(PARKING, LONG, 300_000L, atLeast(100), LOW, "How long a record of an unknown request waits.");
        def.define(TIMER_INTERVAL, LONG, 100L, atLeast(10), LOW, "How often due timers are looked for.");
        def.define(CLOCK_SKEW, LONG, 2_000L, atLeast(0), LOW, "Largest difference of clocks between machines.");
        def.define(
                MAX_ATTEMPTS,
                INT,
                3,
                between(1, 100),
                MEDIUM,
                "Attempts a request gets at most; a profile may allow fewer.");
    }

    private static void defineFeedback(ConfigDef def) {
        def.define(
                AUDIT_SHARE,
                DOUBLE,
                0.0,
                between(0, 1),
                MEDIUM,
                "Share of answers marked for a judge (audit_probability), against which volunteered feedback is weighed.");
        def.define(
                SOURCE_SHARE,
                DOUBLE,
                1.0,
                between(0.001, 1),
                MEDIUM,
                "Largest part of a model's verdicts that one source may give; 1 = any. See docs/learning.md.");
        def.define(
                SOURCE_GRACE,
                DOUBLE,
                50.0,
                atLeast(0),
                LOW,
                "Verdicts on a model that every source may give in each partition whatever the others say.");
    }

    private static void defineFeatures(ConfigDef def, FeatureSettings features) {
        def.define(
                FEATURES_TIER,
                STRING,
                features.tier(),
                ValidString.in(FeatureExtractors.NAMES.toArray(new String[0])),
                MEDIUM,
                "Where the context vector comes from.");
        def.define(
                FEATURES_FITTED_FILE,
                STRING,
                "",
                MEDIUM,
                "What penstock train has written; for tier tfidf-svd, the same file on every router.");
        def.define(
                WARM_FILE,
                STRING,
                "",
                MEDIUM,
                "Warm model that penstock train has written, fitted on these features; the same file on every router and learner.");
        def.define(
                FEATURES_DIMENSION,
                INT,
                features.dimension(),
                between(FeatureSettings.MIN_DIMENSION, FeatureSettings.MAX_DIMENSION),
                MEDIUM,
                "Numbers the bandit sees; another dimension starts learning anew.");
        def.define(FEATURES_DEVICE, STRING, "auto", MEDIUM, "auto, cpu or cuda:N; for transformer tiers.");
        def.define(
                FEATURES_CACHE, INT, features.cacheEntries(), between(0, 10_000_000), LOW, "Cached vectors; 0 = none.");
        def.define(
                FEATURES_DEADLINE,
                LONG,
                features.deadline().toMillis(),
                atLeast(1),
                MEDIUM,
                "A later vector is replaced by a degraded one.");
        def.define(FEATURES_MAX_BATCH, INT, features.maxBatch(), between(1, 4096), LOW, "Prompts a call at most.");
        def.define(FEATURES_WORKERS, INT, features.workers(), between(1, 256), MEDIUM, "Inference threads.");
    }

    /**
     * Reads {@code penstock.*} keys; {@code kafka.*} keys are passed to Kafka without their prefix.
     *
     * @throws ConfigException once, naming every problem: unknown keys (with a suggestion), values of the wrong type or
     *     out of range, missing keys
     */
    public static PenstockConfig from(Map<String, String> properties) {
        ConfigDef definition = definition();
        List<String> problems = new ArrayList<>();
        Map<String, String> own = new TreeMap<>();
        Map<String, String> kafka = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(KAFKA)) {
                kafka.put(key.substring(KAFKA.length()), value);
            } else if (definition.names().contains(key)) {
                own.put(key, value);
            } else {
                problems.add("unknown key " + key + "; did you mean " + nearest(key, definition) + "?");
            }
        });
        for (ConfigValue value : definition.validate(own)) {
            problems.addAll(value.errorMessages());
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("\n", problems));
        }
        return new PenstockConfig(definition.parse(own), kafka);
    }

    public String text(String key) {
        return (String) value(key);
    }

    public int integer(String key) {
        return (Integer) value(key);
    }

    public long millis(String key) {
        return (Long) value(key);
    }

    public double number(String key) {
        return (Double) value(key);
    }

    public boolean flag(String key) {
        return (Boolean) value(key);
    }

    /** The value of a key that names a file; null if it is empty. */
    public @Nullable Path file(String key) {
        String text = text(key);
        return text.isBlank() ? null : Path.of(text);
    }

    /** The value of a password key. */
    public String secret(String key) {
        return ((org.apache.kafka.common.config.types.Password) value(key)).value();
    }

    /** What is passed to Kafka clients and Streams as it is. */
    public Map<String, String> kafka() {
        return kafka;
    }

    /** The effective values, secrets hidden. */
    @Override
    public String toString() {
        return new TreeMap<>(values).toString();
    }

    private Object value(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no value for " + key + "; keys start with " + OWN);
        }
        return value;
    }

    private static @Nullable String nearest(String key, ConfigDef definition) {
        return definition.names().stream()
                .min(Comparator.comparingInt(known -> distance(known, key)))
                .orElse(null);
    }

    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
