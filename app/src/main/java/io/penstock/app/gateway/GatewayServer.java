package io.penstock.app.gateway;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes over HTTP/1.1, and an OpenAI error body for everything that goes wrong. */
final class GatewayServer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(GatewayServer.class);
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int BACKLOG = 1024;

    private final Parts parts;
    private final Health health;
    private final Javalin javalin;

    /**
     * What health checks ask.
     *
     * @param live false = only a restart helps
     * @param ready whether calls can be served now
     */
    record Health(BooleanSupplier live, BooleanSupplier ready) {}

    GatewayServer(GatewaySettings settings, Parts parts, Health health, QueuedThreadPool threads) {
        this.parts = parts;
        this.health = health;
        this.javalin = Javalin.create(config -> configure(config, settings, threads));
    }

    void start() {
        javalin.start();
    }

    int port() {
        return javalin.port();
    }

    private void configure(JavalinConfig config, GatewaySettings settings, QueuedThreadPool threads) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.defaultContentType = "application/json";
        config.jetty.threadPool = threads;
        config.jetty.addConnector((server, http) -> connector(server, http, settings));
        config.jetty.modifyServer(server -> server.setStopTimeout(0));
        routes(config);
        config.routes.exception(ApiException.class, (error, context) -> Answers.error(context, error));
        config.routes.exception(HttpResponseException.class, GatewayServer::plain);
        config.routes.exception(Exception.class, GatewayServer::bug);
    }

    private static Connector connector(Server server, HttpConfiguration http, GatewaySettings settings) {
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setReuseAddress(true);
        // Jetty takes a call that waits for an idle connection.
        connector.setIdleTimeout(settings.timeout().plus(IDLE).toMillis());
        return connector;
    }

    private void routes(JavalinConfig config) {
        ChatHandler chat = new ChatHandler(parts);
        RequestsHandler requests = new RequestsHandler(parts);
        FeedbackHandler feedback = new FeedbackHandler(parts);
        config.routes.before("/v1/*", this::checkHost);
        config.routes.post("/v1/chat/completions", chat::handle);
        config.routes.get("/v1/models", this::models);
        config.routes.get("/v1/models/<id>", this::model);
        config.routes.get("/v1/requests/{id}", requests::handle);
        config.routes.post("/v1/feedback", feedback::handle);
        config.routes.get("/health/live", context -> tell(context, health.live().getAsBoolean(), "live"));
        config.routes.get(
                "/health/ready", context -> tell(context, health.ready().getAsBoolean(), "ready"));
    }

    /** Without keys, a web page that has its name point to this machine must not get in. */
    private void checkHost(Context context) {
        String host = context.header("Host");
        if (!parts.keys().isOpen() || host == null) {
            return;
        }
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        if (!LOCAL.contains(name)) {
            throw ApiException.of(
                    403,
                    ApiException.INVALID,
                    "host_not_allowed",
                    "without API keys this gateway answers to localhost, 127.0.0.1 and [::1] only");
        }
    }

    private static void tell(Context context, boolean well, String what) {
        Answers.json(context, well ? 200 : 503, Map.of("status", well ? what : "not " + what));
    }

    private void models(Context context) {
        Caller caller = parts.keys().caller(context.header("Authorization"));
        List<Map<String, Object>> models = new ArrayList<>();
        models.add(model(Models.AUTO, "penstock"));
        for (ModelCard card : parts.models().active(caller.tenant())) {
            models.add(model(card.getSlug(), card.getProvider()));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("object", "list");
        body.put("data", models);
        Answers.json(context, 200, body);
    }

    private void model(Context context) {
        Caller caller = parts.keys().caller(context.header("Authorization"));
        String id = context.pathParam("id");
        if (id.equals(Models.AUTO)) {
            Answers.json(context, 200, model(id, "penstock"));
            return;
        }
        String slug = parts.models().slugOf(id, caller.tenant());
        ModelCard card = parts.models().active(caller.tenant()).stream()
                .filter(one -> one.getSlug().equals(slug))
                .findFirst()
                .orElseThrow(() ->
                        ApiException.notFound("model", "model_not_found", "there is no active model of this name"));
        Answers.json(context, 200, model(card.getSlug(), card.getProvider()));
    }

    private static Map<String, Object> model(String id, String owner) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", id);
        model.put("object", "model");
        model.put("created", 0);
        model.put("owned_by", owner.isEmpty() ? "unknown" : owner);
        return model;
    }

    private static void plain(HttpResponseException error, Context context) {
        String message = switch (error.getStatus()) {
            case 404 -> "there is no " + context.method() + " of this path; see docs/gateway.md";
            case 405 -> "this path has no " + context.method();
            default -> "the request could not be served";
        };
        String code = error.getStatus() == 405 ? "method_not_allowed" : "not_found";
        Answers.error(
                context,
                ApiException.of(
                        error.getStatus(),
                        ApiException.INVALID,
                        error.getStatus() < 404 ? "bad_request" : code,
                        message));
    }

    private static void bug(Exception error, Context context) {
        // Its message could have text of a client's.
        LOGGER.atError()
                .addKeyValue("reason", error.getClass().getName())
                .addKeyValue("at", error.getStackTrace().length == 0 ? "" : error.getStackTrace()[0])
                .log("A call failed");
        Answers.error(
                context,
                ApiException.of(500, ApiException.SERVER, "internal_error", "the gateway failed; its log says where"));
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
