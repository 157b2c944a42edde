package io.penstock.connector.openai;

import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.CallLimits;
import io.penstock.connector.Failure;
import io.penstock.connector.Usage;
import io.penstock.event.Dispatch;
import io.penstock.event.Endpoint;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls any endpoint that speaks OpenAI's chat completions: {@code POST {url}/chat/completions}, not streamed. The URL,
 * headers and the name of the key's environment variable come from the model's card alone, never from a request; redirects
 * are not followed; a response larger than the cap is cut off; the whole call, body included, ends with the call timeout.
 *
 * <p>Cards: the tag {@code max_completion_tokens} chooses that field over {@code max_tokens}; the capability
 * {@code logprobs} asks for log-probabilities, which become the confidence signals {@code mean_token_logprob} and
 * {@code min_token_logprob}. Tool calls come back as {@code {"tool_calls":[...]}} in the answer. Cost is the endpoint's own
 * token counts times the card's prices; an answer without counts is marked in doubt.
 */
public final class OpenAiBackend implements Backend {
    /** What {@code ModelCard.backend} says. */
    public static final String NAME = "openai";

    /** Room for the largest completion that its topic takes. */
    public static final int DEFAULT_MAX_RESPONSE_BYTES = 8 * 1024 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final double NANOS_PER_MS = 1e6;
    private static final int OK = 200;

    private final HttpClient client;
    private final ExecutorService threads;
    private final int maxResponseBytes;
    private final Function<String, @Nullable String> environment;
    private final InstantSource clock;

    /** Keys from this process's environment. */
    public OpenAiBackend() {
        this(DEFAULT_MAX_RESPONSE_BYTES, System::getenv, InstantSource.system());
    }

    /**
     * @param maxResponseBytes largest response body
     * @param environment gives the value of an environment variable, null if it is not set
     * @param clock for Retry-After dates
     */
    public OpenAiBackend(int maxResponseBytes, Function<String, @Nullable String> environment, InstantSource clock) {
        if (maxResponseBytes < 1) {
            throw new IllegalArgumentException("maxResponseBytes " + maxResponseBytes + " must be >= 1");
        }
        this.maxResponseBytes = maxResponseBytes;
        this.environment = environment;
        this.clock = clock;
        this.threads = Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()), OpenAiBackend::thread);
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(threads)
                .build();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "penstock-openai");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
        URI address;
        HttpRequest request;
        try {
            Endpoint endpoint = EndpointRequest.choose(card);
            address = EndpointRequest.address(endpoint, card);
            request = EndpointRequest.of(address, endpoint, dispatch, card, environment);
        } catch (EndpointRequest.Refused e) {
            return CompletableFuture.completedFuture(BackendAnswer.failed(e.failure(), Usage.NONE, false, ""));
        }
        return send(request, address.toString(), card, CallLimits.timeoutMs(dispatch, card));
    }

    private CompletableFuture<BackendAnswer> send(
            HttpRequest request, String endpoint, ModelCard card, long timeoutMs) {
        long begin = System.nanoTime();
        AtomicBoolean headSeen = new AtomicBoolean();
        CompletableFuture<HttpResponse<CappedBody.Content>> exchange;
        try {
            exchange = client.sendAsync(request, CappedBody.handler(maxResponseBytes, headSeen));
        } catch (RejectedExecutionException e) {
            Failure closed = Failure.retryable(ErrorClass.OTHER, "the backend is closed");
            return CompletableFuture.completedFuture(BackendAnswer.failed(closed, Usage.NONE, false, endpoint));
        }
        CompletableFuture<BackendAnswer> result = new CompletableFuture<>();
        // The client's own timeout ends with the headers; this one covers the body too.
        result.completeOnTimeout(BackendAnswer.timedOut(timeoutMs, endpoint), timeoutMs, TimeUnit.MILLISECONDS);
        CompletableFuture<?> unusedExchange = exchange.whenComplete((response, error) -> {
            HttpFailures.Call call = new HttpFailures.Call(endpoint, (System.nanoTime() - begin) / NANOS_PER_MS);
            if (response != null) {
                result.complete(answer(response, card, call));
            } else if (headSeen.get()) {
                result.complete(reader(card, call).malformed("the connection broke inside the answer", null));
            } else {
                result.complete(HttpFailures.ofException(error, call));
            }
        });
        // Timed out, or cancelled by the caller: the exchange is of no use any more.
        CompletableFuture<?> unusedResult = result.whenComplete((answer, error) -> exchange.cancel(true));
        return result;
    }

    private BackendAnswer answer(HttpResponse<CappedBody.Content> response, ModelCard card, HttpFailures.Call call) {
        CappedBody.Content content = response.body();
        boolean ok = response.statusCode() == OK;
        if (content.end() == CappedBody.End.TOO_LARGE && ok) {
            Failure failure = Failure.retryable(
                    ErrorClass.TOO_LARGE, "the response has more than " + maxResponseBytes + " bytes");
            return BackendAnswer.failed(failure, Usage.afterMs(call.latencyMs()), true, call.endpoint());
        }
        if (!ok) {
            return HttpFailures.ofStatus(
                    response.statusCode(), response.headers(), content.bytes(), clock.instant(), call);
        }
        ChatAnswer reader = reader(card, call);
        if (content.end() == CappedBody.End.BROKEN) {
            return reader.malformed("the connection broke inside the answer", null);
        }
        String type = response.headers().firstValue("content-type").orElse("application/json");
        if (!type.contains("json")) {
            return reader.malformed("the answer's content type is not JSON", null);
        }
        return reader.read(content.bytes());
    }

    private static ChatAnswer reader(ModelCard card, HttpFailures.Call call) {
        return new ChatAnswer(card, call.endpoint(), call.latencyMs());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
