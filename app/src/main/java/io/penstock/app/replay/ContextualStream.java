package io.penstock.app.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.connector.recorded.RecordedSource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A stream on which no fixed policy is good, made from real prompts: the best model is a function of the task, and the
 * task can only be told from the text. Every task gets one of K equally priced models, dealt by the seed so that each
 * model has about as many tasks; that model is right with probability 0.9 and every other one with 0.2, drawn once per
 * prompt and model from the seed. So the best fixed model is right on about 0.2 + 0.7/K of the prompts, and only a policy
 * that reads the prompt can be better.
 *
 * <p>With shuffled features each prompt carries another prompt's text while its outcomes stay: the same problem with
 * nothing to learn from the text, as a check that the text is what a gain comes from.
 *
 * <p>It is recorded data like any other, in memory.
 */
public final class ContextualStream implements RecordedSource {
    /** The name of its one pool and of its one source. */
    public static final String POOL = "contextual";

    static final double RIGHT = 0.9;
    static final double OTHERWISE = 0.2;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double USD_PER_MILLION = 0.5;

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    /**
     * @param prompts where texts, tasks and token counts are from
     * @param models K, at least 2
     * @param shuffleFeatures whether texts change places
     */
    public ContextualStream(RecordedOutcomes prompts, int models, long seed, boolean shuffleFeatures) {
        if (models < 2) {
            throw new IllegalArgumentException("a contextual stream needs at least 2 models, but got " + models);
        }
        files.put("models.json", json(catalogue(models)));
        files.put("pools.json", json(pools(models)));
        files.put("outcomes-" + POOL + ".jsonl", outcomes(prompts.prompts(), models, seed, shuffleFeatures));
    }

    private static String modelName(int model) {
        return "specialist-" + (model + 1);
    }

    private static ObjectNode catalogue(int models) {
        ObjectNode root = MAPPER.createObjectNode();
        for (int model = 0; model < models; model++) {
            ObjectNode card = root.putObject(modelName(model));
            card.putArray("sources").add(POOL);
            card.put("family", modelName(model)).put("provider", "synthetic");
            card.put("usd_per_1m_input", USD_PER_MILLION).put("usd_per_1m_output", USD_PER_MILLION);
            card.put("context_window", 131_072);
            card.putNull("latency_reference").putNull("energy_reference");
        }
        return root;
    }

    private static ObjectNode pools(int models) {
        ObjectNode root = MAPPER.createObjectNode();
        ObjectNode pool = root.putObject(POOL);
        pool.put("objective", "cost_usd");
        pool.putArray("sources").add(POOL);
        ObjectNode arms = pool.putObject("arms");
        for (int model = 0; model < models; model++) {
            arms.putObject(modelName(model)).put(POOL, modelName(model));
        }
        return root;
    }

    private static byte[] outcomes(List<RecordedPrompt> prompts, int models, long seed, boolean shuffleFeatures) {
        Map<String, Integer> bestByTask = bestByTask(prompts, models, seed);
        List<RecordedPrompt> texts = new ArrayList<>(prompts);
        if (shuffleFeatures) {
            Collections.shuffle(texts, new Random(~seed));
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < prompts.size(); i++) {
            RecordedPrompt prompt = prompts.get(i);
            int best = bestByTask.getOrDefault(prompt.task(), 0);
            ObjectNode line = MAPPER.createObjectNode();
            line.put("id", prompt.id()).put("source", POOL).put("task", prompt.task());
            line.put("prompt", texts.get(i).text());
            ObjectNode results = line.putObject("outcomes");
            for (int model = 0; model < models; model++) {
                double chance = model == best ? RIGHT : OTHERWISE;
                boolean right = draw(seed, prompt.id(), model) < chance;
                result(results.putObject(modelName(model)), prompt.outcomes().get(0), right);
            }
            lines.append(line).append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void result(ObjectNode node, RecordedOutcome tokens, boolean right) {
        node.put("quality", right ? 1.0 : 0.0);
        node.put("input_tokens", tokens.inputTokens()).put("output_tokens", tokens.outputTokens());
        node.put("cost_usd", (tokens.inputTokens() + tokens.outputTokens()) * USD_PER_MILLION / 1e6);
        node.putNull("latency_ms").putNull("energy_j");
    }

    static Map<String, Integer> bestByTask(List<RecordedPrompt> prompts, int models, long seed) {
        TreeSet<String> names = new TreeSet<>();
        prompts.forEach(prompt -> names.add(prompt.task()));
        List<String> tasks = new ArrayList<>(names);
        Collections.shuffle(tasks, new Random(seed));
        Map<String, Integer> best = new HashMap<>();
        for (int i = 0; i < tasks.size(); i++) {
            best.put(tasks.get(i), i % models);
        }
        return best;
    }

    /** Uniform in [0, 1), by prompt and model alone, so that no draw depends on the order of prompts. */
    private static double draw(long seed, String id, int model) {
        long mixed = seed * 0x9E3779B97F4A7C15L + id.hashCode() * 31L + model;
        return new SplittableRandom(mixed).nextDouble();
    }

    private static byte[] json(ObjectNode node) {
        return (node.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable InputStream open(String name) {
        byte[] file = files.get(name);
        return file == null ? null : new ByteArrayInputStream(file);
    }

    @Override
    public String describe() {
        return "the generated contextual stream";
    }
}
