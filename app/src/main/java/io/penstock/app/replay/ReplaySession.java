package io.penstock.app.replay;

import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedVerifier;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.topology.PenstockConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replay from nothing to its report: starts a node, streams a pool through it, stops it. */
public final class ReplaySession {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReplaySession.class);
    private static final Duration ACTIVATION = Duration.ofSeconds(60);
    // Short, so that a verdict is soon in the policy; a replay waits for it.
    private static final String COMMIT_MS = "25";
    private static final String PATIENT_MS = "600000";

    private final RecordedOutcomes outcomes;
    private final ReplaySettings settings;
    private final Map<String, String> policyOptions;

    /**
     * @param policyOptions of the policy, such as {@code alpha} of linucb; empty = its own defaults
     * @throws IllegalArgumentException if the policy does not know an option
     */
    public ReplaySession(RecordedOutcomes outcomes, ReplaySettings settings, Map<String, String> policyOptions) {
        this.outcomes = outcomes;
        this.settings = settings;
        this.policyOptions = Map.copyOf(ReplayCatalog.options(outcomes, settings, policyOptions));
        Policy checked = Policies.byName(settings.policy(), this.policyOptions);
        LOGGER.atInfo().addKeyValue("policy", checked.name()).log("Replay set up");
    }

    /**
     * Runs it.
     *
     * @param base ports and data folder of the node
     * @param steps told one line for each step of starting up
     * @param progress shown while requests stream
     * @throws ReplayException if it cannot be finished
     */
    public ReplayReport run(NodeOptions base, Consumer<String> steps, ProgressDisplay progress) {
        return run(base, steps, progress, node -> {});
    }

    /** The same, with something to do with the node when all is learned, before it stops. */
    public ReplayReport run(NodeOptions base, Consumer<String> steps, ProgressDisplay progress, Consumer<Node> last) {
        InstantSource clock = InstantSource.system();
        Replay replay = new Replay(outcomes, settings, clock);
        ReplaySettings.Cascade cascade = settings.cascade();
        RecordedVerifier verifier = cascade == null ? null : new RecordedVerifier(cascade.accuracy(), settings.seed());
        RecordedBackend backend = new RecordedBackend(outcomes, replay.gate(), 0, verifier);
        Node node = Node.start(options(base).withBackend(RecordedBackend.NAME, backend), steps);
        Thread onExit = new Thread(node::close, "penstock-replay-exit");
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            steps.accept("activating " + outcomes.arms().size() + " models");
            RoutingProfile profile = ReplayCatalog.profile(outcomes, settings, policyOptions);
            node.applyCatalog(ReplayCatalog.entries(outcomes, profile));
            List<String> slugs = outcomes.arms().stream().map(RecordedArm::slug).toList();
            node.awaitActive(slugs, ACTIVATION);
            requireInForce(node, profile);
            steps.accept("streaming");
            try (NodeHost host = new NodeHost(node)) {
                ReplayReport report = replay.run(host, progress);
                last.accept(node);
                return report;
            }
        } finally {
            progress.clear();
            node.close();
            removeHook(onExit);
        }
    }

    /** Models become active after the profile was read, so by now the router has taken it or refused it. */
    private static void requireInForce(Node node, RoutingProfile profile) {
        RoutingProfile used = node.router().views().catalog().current().profile(Workload.TENANT);
        if (!used.equals(profile)) {
            throw new ReplayException(
                    "the router refused the replay's profile (its log says why), and would go on with "
                            + used.getPolicy() + " and other weights");
        }
    }

    private static void removeHook(Thread onExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook is what closes the node.
            return;
        }
    }

    private NodeOptions options(NodeOptions base) {
        NodeOptions options = base.with(PenstockConfig.PARTITIONS, String.valueOf(settings.partitions()))
                .with(PenstockConfig.ROUTER_COMMIT_INTERVAL, COMMIT_MS)
                .with(PenstockConfig.LEARNER_COMMIT_INTERVAL, COMMIT_MS)
                .with(PenstockConfig.LEARNER_PUBLISH_INTERVAL, "0")
                .with(PenstockConfig.SERVER_KEY, serverKey(settings.seed()));
        return settings.deterministic()
                ? options.with(PenstockConfig.DETERMINISTIC, "true").with(PenstockConfig.FEATURES_DEADLINE, PATIENT_MS)
                : options;
    }

    /** The router's draws follow from its key, so the seed of a replay must give the key. */
    public static String serverKey(long seed) {
        try {
            byte[] text = ("penstock replay seed " + seed).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
