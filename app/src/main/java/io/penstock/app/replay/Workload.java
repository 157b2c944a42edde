package io.penstock.app.replay;

import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.InferenceRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;

/** The requests of a replay in the order they are sent: the pool's prompts shuffled by the seed, then cut. Immutable. */
public final class Workload {
    /** The tenant that exists from the start. */
    public static final String TENANT = "default";

    private static final String ID_PREFIX = "r";

    private final RecordedOutcomes outcomes;
    private final List<RecordedPrompt> prompts;
    private final Map<String, Integer> indexById = new HashMap<>();

    public Workload(RecordedOutcomes outcomes, long seed, OptionalInt limit) {
        this.outcomes = outcomes;
        List<RecordedPrompt> shuffled = new ArrayList<>(outcomes.prompts());
        Collections.shuffle(shuffled, new Random(seed));
        int size = Math.min(limit.orElse(shuffled.size()), shuffled.size());
        this.prompts = List.copyOf(shuffled.subList(0, size));
        for (int i = 0; i < size; i++) {
            indexById.put(requestId(i), i);
        }
    }

    RecordedOutcomes outcomes() {
        return outcomes;
    }

    List<RecordedArm> arms() {
        return outcomes.arms();
    }

    public int size() {
        return prompts.size();
    }

    List<RecordedPrompt> prompts() {
        return prompts;
    }

    public RecordedPrompt prompt(int index) {
        return prompts.get(index);
    }

    /** Position of a request by its id; empty if it is not of this workload. */
    OptionalInt index(String requestId) {
        Integer index = indexById.get(requestId);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /** Our own ids, since a prompt's id may hold characters that a request id must not. */
    String requestId(int index) {
        return ID_PREFIX + index;
    }

    public InferenceRequest request(int index) {
        RecordedPrompt prompt = prompts.get(index);
        return InferenceRequest.newBuilder()
                .setRequestId(requestId(index))
                .setPrompt(prompt.text())
                .setAttributes(Map.of(RecordedBackend.ID_ATTRIBUTE, prompt.id()))
                .build();
    }
}
