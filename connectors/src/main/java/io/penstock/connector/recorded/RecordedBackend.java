package io.penstock.connector.recorded;

import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Failure;
import io.penstock.connector.Usage;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.event.Message;
import io.penstock.event.ModelCard;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers from recorded outcomes: the model's tokens, cost, latency and energy on that prompt, and its quality as feedback.
 * The answer's text says so, for the recordings have grades and no texts.
 *
 * <p>A prompt is found by the attribute {@link #ID_ATTRIBUTE} of the dispatch, else by its exact text (of the last user
 * message if there are messages). A prompt or model that was not recorded fails as NOT_RECORDED. The latency in the answer
 * is the recorded one, however long the call took here. Recorded outputs are not cut at {@code max_output_tokens}.
 */
public final class RecordedBackend implements Backend {
    /** What {@code ModelCard.backend} says. */
    public static final String NAME = "recorded";

    /** Dispatch attribute with the id of the recorded prompt. */
    public static final String ID_ATTRIBUTE = "penstock.recorded-id";

    private static final double NANOS_PER_MS = 1e6;

    private final RecordedOutcomes outcomes;
    private final CallGate gate;
    private final double latencyScale;
    private final @Nullable ScheduledExecutorService timer;
    private final @Nullable RecordedVerifier verifier;

    /** Answers at once. */
    public RecordedBackend(RecordedOutcomes outcomes) {
        this(outcomes, CallGate.OPEN, 0, null);
    }

    /**
     * @param gate must open before a call answers
     * @param latencyScale how long a call takes, as a multiple of its recorded latency; 0 answers at once
     */
    public RecordedBackend(RecordedOutcomes outcomes, CallGate gate, double latencyScale) {
        this(outcomes, gate, latencyScale, null);
    }

    /**
     * @param gate must open before a call answers
     * @param latencyScale how long a call takes, as a multiple of its recorded latency; 0 answers at once
     * @param verifier adds its verdict to the confidence of each answer; null = none
     */
    public RecordedBackend(
            RecordedOutcomes outcomes, CallGate gate, double latencyScale, @Nullable RecordedVerifier verifier) {
        if (!(latencyScale >= 0 && latencyScale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("latency scale " + latencyScale + " must be finite and >= 0");
        }
        this.outcomes = outcomes;
        this.gate = gate;
        this.latencyScale = latencyScale;
        this.verifier = verifier;
        this.timer = latencyScale == 0 ? null : Executors.newSingleThreadScheduledExecutor(RecordedBackend::thread);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "penstock-recorded-latency");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
        BackendAnswer answer = answer(dispatch, card);
        CompletableFuture<BackendAnswer> result = new CompletableFuture<>();
        CompletableFuture<?> unused = gate.open(dispatch).whenComplete((opened, error) -> {
            if (error == null) {
                deliver(answer, result);
            } else {
                String message = "the call gate failed: " + error.getClass().getSimpleName();
                result.complete(BackendAnswer.failed(
                        Failure.lasting(ErrorClass.OTHER, message), Usage.NONE, false, answer.endpoint()));
            }
        });
        return result;
    }

    private void deliver(BackendAnswer answer, CompletableFuture<BackendAnswer> result) {
        long nanos = Math.round(answer.usage().latencyMs() * latencyScale * NANOS_PER_MS);
        if (timer == null || nanos == 0) {
            result.complete(answer);
            return;
        }
        Future<?> wait = timer.schedule(() -> result.complete(answer), nanos, TimeUnit.NANOSECONDS);
        CompletableFuture<?> unused = result.whenComplete((done, error) -> wait.cancel(false));
    }

    private BackendAnswer answer(Dispatch dispatch, ModelCard card) {
        OptionalInt arm = outcomes.arm(card.getSlug());
        if (arm.isEmpty()) {
            return notRecorded("model '" + card.getSlug() + "' is not in the recorded pool '" + outcomes.pool()
                    + "'; give its card another backend, or choose a pool that has it");
        }
        Optional<RecordedPrompt> prompt = find(dispatch);
        if (prompt.isEmpty()) {
            return notRecorded("this prompt is not among the "
                    + outcomes.prompts().size()
                    + " recorded ones of pool '" + outcomes.pool() + "'; send a recorded prompt, or set the attribute "
                    + ID_ATTRIBUTE + " to a recorded id, or use a model with a live backend");
        }
        return recorded(prompt.get(), arm.getAsInt());
    }

    private Optional<RecordedPrompt> find(Dispatch dispatch) {
        String id = dispatch.getAttributes().get(ID_ATTRIBUTE);
        if (id != null) {
            return outcomes.byId(id);
        }
        String text = dispatch.getPrompt();
        return outcomes.byText(text == null ? lastUserMessage(dispatch.getMessages()) : text);
    }

    private static String lastUserMessage(List<Message> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).getRole().equals("user")) {
                return messages.get(i).getContent();
            }
        }
        return "";
    }

    private BackendAnswer recorded(RecordedPrompt prompt, int arm) {
        RecordedOutcome outcome = prompt.outcomes().get(arm);
        Usage usage = new Usage(
                outcome.inputTokens(),
                outcome.outputTokens(),
                outcome.costNanos(),
                outcome.latencyMs(),
                outcome.firstTokenMs() == 0 ? null : outcome.firstTokenMs(),
                outcome.energyJoules());
        String model = outcomes.arms().get(arm).model(prompt.source()).name();
        String text =
                "[recorded outcome of " + model + " on " + prompt.id() + "; the data has its grade, not its text]";
        BackendAnswer answer = BackendAnswer.success(text, "stop", usage, NAME + ":" + prompt.source())
                .withQuality(outcome.quality());
        return verifier == null
                ? answer
                : answer.withConfidence(
                        Map.of(RecordedVerifier.SIGNAL, verifier.verdict(prompt.id(), model, outcome.quality())));
    }

    private static BackendAnswer notRecorded(String message) {
        return BackendAnswer.failed(Failure.lasting(ErrorClass.NOT_RECORDED, message), Usage.NONE, false, NAME);
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
