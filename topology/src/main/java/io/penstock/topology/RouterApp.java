package io.penstock.topology;

import io.penstock.event.Lane;
import io.penstock.feature.Device;
import io.penstock.feature.EngineMetrics;
import io.penstock.feature.EngineSettings;
import io.penstock.feature.ExtractorId;
import io.penstock.feature.FeatureEngine;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import io.penstock.learner.LearnerSettings;
import io.penstock.schema.EventCodec;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.Topics;
import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.enrich.EnrichSettings;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.enrich.SchemaResolver;
import io.penstock.topology.enrich.TenantDirectory;
import io.penstock.topology.experiment.ExperimentView;
import io.penstock.topology.join.FeedbackTrust;
import io.penstock.topology.join.JoinSettings;
import io.penstock.topology.money.BudgetView;
import io.penstock.topology.observe.LoadView;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.policy.WarmStart;
import io.penstock.topology.progress.LogProgress;
import io.penstock.topology.progress.TrackingClientSupplier;
import io.penstock.topology.route.RouteSettings;
import io.penstock.topology.route.RouteViews;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/** Composes the router from its configuration. */
public final class RouterApp implements AutoCloseable {
    private final StreamsApp app;
    private final RouteViews views;
    private final Ingress ingress;
    private final TenantDirectory tenants;
    private final LogProgress progress;

    private RouterApp(
            StreamsApp app, RouteViews views, Ingress ingress, TenantDirectory tenants, LogProgress progress) {
        this.app = app;
        this.views = views;
        this.ingress = ingress;
        this.tenants = tenants;
        this.progress = progress;
    }

    /** Builds the application; {@link #start} starts it. */
    public static RouterApp create(PenstockConfig config, EventCodec codec, StageMetrics metrics) {
        return create(config, codec, metrics, TrackingClientSupplier::new);
    }

    /** Builds the application with other clients, e.g. ones that inject faults; they must tell the progress. */
    public static RouterApp create(
            PenstockConfig config,
            EventCodec codec,
            StageMetrics metrics,
            Function<LogProgress, KafkaClientSupplier> clients) {
        Topics topics = new Topics(config.text(PenstockConfig.PREFIX));
        TopicCatalog catalog = TopicCatalog.load();
        FeatureSettings features = features(config);
        FeatureExtractor extractor = FeatureExtractors.byName(features);
        FeatureEngine engine = new FeatureEngine(extractor, EngineSettings.from(features), EngineMetrics.NONE);
        Map<String, Object> admin = new HashMap<>(config.kafka());
        admin.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.text(PenstockConfig.BOOTSTRAP_SERVERS));
        TenantDirectory tenants = TenantDirectory.of(admin, topics);
        Ingress ingress = new Ingress(topics, codec, engine, new SchemaResolver(codec), tenants, metrics);
        RouteViews views = new RouteViews(
                new CatalogView(),
                new PolicyViews(
                        LearnerSettings.defaults(),
                        Map.of(engine.id().hash(), engine.id().dimension()),
                        warm(config, engine.id())),
                new LoadView(),
                new BudgetView(),
                new ExperimentView());
        LogProgress progress = LogProgress.of(admin, Set.of(topics.decisions(), topics.completions()));
        RouterTopology.Settings settings = new RouterTopology.Settings(
                EnrichSettings.of(config.integer(PenstockConfig.PARTITIONS), catalog.maxMessageBytes("requests")),
                route(config, catalog),
                join(config));
        StreamsApp app = new StreamsApp(
                "router",
                RouterTopology.build(settings, ingress, views, progress),
                StreamsProperties.router(config, topics),
                clients.apply(progress));
        return new RouterApp(app, views, ingress, tenants, progress);
    }

    private static FeatureSettings features(PenstockConfig config) {
        return new FeatureSettings(
                config.text(PenstockConfig.FEATURES_TIER),
                config.integer(PenstockConfig.FEATURES_DIMENSION),
                Device.parse(config.text(PenstockConfig.FEATURES_DEVICE)),
                config.integer(PenstockConfig.FEATURES_CACHE),
                Duration.ofMillis(config.millis(PenstockConfig.FEATURES_DEADLINE)),
                config.integer(PenstockConfig.FEATURES_MAX_BATCH),
                config.integer(PenstockConfig.FEATURES_WORKERS),
                config.file(PenstockConfig.FEATURES_FITTED_FILE));
    }

    private static @Nullable WarmStart warm(PenstockConfig config, ExtractorId features) {
        WarmStart warm = WarmStart.load(PenstockConfig.WARM_FILE, config.file(PenstockConfig.WARM_FILE));
        if (warm != null && !warm.suits(features.hash())) {
            throw new ConfigException(
                    PenstockConfig.WARM_FILE,
                    config.text(PenstockConfig.WARM_FILE),
                    "it must be fitted on the features in use, of extractor " + features.hash() + " (" + features.name()
                            + "), but is fitted on those of " + warm.model().extractor());
        }
        return warm;
    }

    private static RouteSettings route(PenstockConfig config, TopicCatalog catalog) {
        return new RouteSettings(
                Bytes.wrap(HexFormat.of().parseHex(config.secret(PenstockConfig.SERVER_KEY))),
                Duration.ofMillis(config.millis(PenstockConfig.DEDUPLICATION_HORIZON)),
                config.flag(PenstockConfig.DETERMINISTIC),
                (int) catalog.maxMessageBytes("models"),
                RouteSettings.candidatesThatFit(catalog.maxMessageBytes("decisions")));
    }

    private static JoinSettings join(PenstockConfig config) {
        JoinSettings defaults = JoinSettings.defaults();
        return new JoinSettings(
                Duration.ofMillis(config.millis(PenstockConfig.PARKING)),
                Duration.ofMillis(config.millis(PenstockConfig.FEEDBACK_HORIZON)),
                Duration.ofMillis(config.millis(PenstockConfig.DEDUPLICATION_HORIZON)),
                Duration.ofMillis(config.millis(PenstockConfig.CLOCK_SKEW)),
                Duration.ofMillis(config.millis(PenstockConfig.TIMER_INTERVAL)),
                config.integer(PenstockConfig.MAX_ATTEMPTS),
                defaults.maxWaiting(),
                defaults.maxWeight(),
                new FeedbackTrust(
                        config.number(PenstockConfig.AUDIT_SHARE),
                        Bytes.wrap(HexFormat.of().parseHex(config.secret(PenstockConfig.SERVER_KEY))),
                        config.number(PenstockConfig.SOURCE_SHARE),
                        config.number(PenstockConfig.SOURCE_GRACE)),
                defaults.maxAnswerBytes());
    }

    public void start() {
        app.start();
    }

    /** Whether requests can be routed: partitions read, registry reachable. */
    public boolean ready() {
        return app.state() == org.apache.kafka.streams.KafkaStreams.State.RUNNING
                && ingress.resolver().reachable();
    }

    public StreamsApp streams() {
        return app;
    }

    /** What route reads, e.g. to wait until a policy or a model has arrived. */
    public RouteViews views() {
        return views;
    }

    /** The lanes it serves. */
    public static Set<Lane> lanes() {
        return Set.of(Lane.values());
    }

    @Override
    public void close() {
        app.close();
        progress.close();
        tenants.close();
        ingress.resolver().close();
        ingress.engine().close();
    }
}
