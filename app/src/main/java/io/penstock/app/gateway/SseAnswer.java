package io.penstock.app.gateway;

import io.javalin.http.Context;
import io.penstock.app.gateway.OpenRequests.End;
import io.penstock.app.gateway.OpenRequests.Ending;
import io.penstock.app.gateway.OpenRequests.Open;
import io.penstock.event.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams an answer as server-sent events: comments while the call waits, so that proxies and clients keep the connection,
 * then the answer in OpenAI's chunks. Until the first comment the status is still open: a call that fails before gets a plain
 * error. Its writes block on slow clients, so they belong on threads that may.
 */
final class SseAnswer {
    private static final Logger LOGGER = LoggerFactory.getLogger(SseAnswer.class);
    private static final byte[] COMMENT = ": waiting\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

    private final Context context;
    private final Open open;
    private final boolean includeUsage;
    private boolean started;
    private boolean finished;

    SseAnswer(Context context, Open open, boolean includeUsage) {
        this.context = context;
        this.open = open;
        this.includeUsage = includeUsage;
    }

    /** Writes a comment; ends the waiting if the client has left. */
    synchronized void keepAlive() {
        if (finished || open.ending().isDone()) {
            return;
        }
        try {
            start();
            write(COMMENT);
        } catch (IOException e) {
            open.end(End.GONE);
        }
    }

    /** Writes what there is and ends the stream; false if nothing was written and a plain error is to be. */
    synchronized boolean finish(Ending ending) {
        finished = true;
        Response response = ending.response();
        boolean answered = response != null && Terminal.isAnswer(response);
        if (!started && !answered) {
            return false;
        }
        try {
            if (response != null && !started) {
                Answers.headers(context, ChatAnswerWriter.headers(response));
            }
            start();
            if (response != null && answered) {
                for (Map<String, Object> chunk : ChatAnswerWriter.chunks(response, includeUsage)) {
                    event(Json.bytes(chunk));
                }
            } else {
                event(Json.bytes(
                        Answers.withoutResponse(ending, open.requestId()).body()));
            }
            write(DONE);
        } catch (IOException e) {
            LOGGER.atDebug().addKeyValue("requestId", open.requestId()).log("The client left before its answer");
        }
        return true;
    }

    private void start() {
        if (!started) {
            started = true;
            context.status(200)
                    .contentType("text/event-stream; charset=utf-8")
                    .header("Cache-Control", "no-cache")
                    .header("X-Accel-Buffering", "no");
        }
    }

    private void event(byte[] json) throws IOException {
        OutputStream out = context.res().getOutputStream();
        out.write("data: ".getBytes(StandardCharsets.UTF_8));
        out.write(json);
        write("\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) throws IOException {
        OutputStream out = context.res().getOutputStream();
        out.write(bytes);
        out.flush();
    }
}
