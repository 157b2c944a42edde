package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.penstock.app.gateway.OpenRequests.End;
import io.penstock.app.gateway.OpenRequests.Ending;
import io.penstock.app.gateway.OpenRequests.Open;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Response;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/chat/completions}: reads, admits, publishes, waits without a thread, answers. */
final class ChatHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(ChatHandler.class);

    private final Parts parts;

    ChatHandler(Parts parts) {
        this.parts = parts;
    }

    /** @throws ApiException if the call cannot be taken; nothing was published then */
    void handle(Context context) {
        Caller caller = parts.keys().caller(context.header("Authorization"));
        if (parts.open().isStopping()) {
            throw OpenRequests.stoppingError();
        }
        caller.admit();
        JsonNode body = Json.parse(Body.read(context));
        ChatRequestReader.ChatCall call = ChatRequestReader.read(body);
        InferenceRequest request = request(context, caller, call);
        Open open = parts.open()
                .add(
                        request.getRequestId(),
                        caller.tenant(),
                        System.nanoTime() + parts.timeout().toNanos(),
                        watch(context));
        Request.addCompletionListener(exchange(context), error -> parts.open().written());
        context.header("x-request-id", request.getRequestId());
        open.follow(call.stream() ? new SseAnswer(context, open, call.includeUsage()) : null);
        try {
            publish(open, request);
        } catch (RuntimeException e) {
            open.end(End.NOT_PUBLISHED);
            throw e;
        }
        context.future(() -> open.ending().thenAcceptAsync(ending -> answer(context, open, ending), parts.executor()));
    }

    private InferenceRequest request(Context context, Caller caller, ChatRequestReader.ChatCall call) {
        Hints hints = Hints.of(context::header, call.metadata());
        Instant now = parts.clock().instant();
        String model = call.model().equals(Models.AUTO) ? null : slug("model", call.model(), caller);
        return call.request()
                .setRequestId(parts.ids().next())
                .setTenant(caller.tenant())
                .setSessionId(hints.session())
                .setConstraints(hints.constraints(model, name -> slug("x-penstock-allowed-models", name, caller), now))
                .setWeights(hints.weights())
                .setAttributes(hints.attributes())
                .setReplyTo(parts.slot().text())
                .setCreatedAt(now)
                .build();
    }

    private String slug(String param, String name, Caller caller) {
        String slug = parts.models().slugOf(name, caller.tenant());
        if (slug == null) {
            String shown = name.length() <= 80 ? name : name.substring(0, 80) + "…";
            throw ApiException.notFound(
                    param,
                    "model_not_found",
                    "there is no active model '" + shown + "'; GET /v1/models lists them, and '" + Models.AUTO
                            + "' lets Penstock choose");
        }
        return slug;
    }

    private static ClientWatch watch(Context context) {
        return new ClientWatch(
                exchange(context).getConnectionMetaData().getConnection().getEndPoint());
    }

    private static Request exchange(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req());
    }

    private void publish(Open open, InferenceRequest request) {
        CompletableFuture<?> unused = parts.publisher().request(request).whenComplete((nothing, error) -> {
            if (error == null) {
                return;
            }
            LOGGER.atWarn()
                    .addKeyValue("requestId", open.requestId())
                    .addKeyValue("tenant", open.tenant())
                    .addKeyValue("reason", error.getClass().getSimpleName())
                    .log("A request could not be published");
            open.end(RequestPublisher.isTooLarge(error) ? End.TOO_LARGE : End.NOT_PUBLISHED);
        });
    }

    private void answer(Context context, Open open, Ending ending) {
        if (open.client().release()) {
            context.header("Connection", "close");
        }
        if (ending.end() == End.GONE) {
            parts.publisher().cancel(open.tenant(), open.requestId(), "client_gone");
        }
        SseAnswer stream = open.stream();
        if (stream != null && stream.finish(ending)) {
            return;
        }
        Response response = ending.response();
        if (response != null) {
            Answers.headers(context, ChatAnswerWriter.headers(response));
        }
        if (response != null && Terminal.isAnswer(response)) {
            Map<String, Object> body = ChatAnswerWriter.whole(response);
            Answers.json(context, 200, body);
        } else {
            Answers.error(context, Answers.withoutResponse(ending, open.requestId()));
        }
    }
}
