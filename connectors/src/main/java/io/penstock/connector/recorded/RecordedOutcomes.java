package io.penstock.connector.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What every model of a pool did on every prompt of its files, in memory: the fixture of replays and of the
 * {@link RecordedBackend}.
 *
 * <p>Prompts are in the order of the pool's sources and, within one, of its file. Immutable and thread-safe.
 */
public final class RecordedOutcomes {
    private final String pool;
    private final Objective objective;
    private final List<RecordedArm> arms;
    private final List<RecordedPrompt> prompts;
    private final double reference;
    private final Map<String, RecordedPrompt> byId = new HashMap<>();
    private final Map<String, RecordedPrompt> byText = new HashMap<>();
    private final Map<String, Integer> armBySlug = new HashMap<>();

    private RecordedOutcomes(String pool, RecordedCatalog catalog, List<RecordedPrompt> prompts) {
        this.pool = pool;
        this.objective = catalog.objective();
        this.arms = catalog.arms();
        this.prompts = List.copyOf(prompts);
        for (RecordedPrompt prompt : prompts) {
            if (byId.put(prompt.id(), prompt) != null) {
                throw new RecordedDataException(
                        "id '" + prompt.id() + "' is there twice; ids are unique over all files");
            }
            byText.putIfAbsent(prompt.text(), prompt);
        }
        for (int arm = 0; arm < arms.size(); arm++) {
            armBySlug.put(arms.get(arm).slug(), arm);
        }
        this.reference = dearestMean();
    }

    /**
     * Reads a pool from folders.
     *
     * @param dataDir has the outcome files
     * @param catalogDir has models.json and pools.json; what is not there is looked for in {@code dataDir}
     * @throws RecordedDataException if a file is missing or wrong; the message says which, where and why
     */
    public static RecordedOutcomes load(Path dataDir, Path catalogDir, String pool) {
        RecordedSource data = RecordedSource.folder(dataDir);
        RecordedSource catalog = RecordedSource.firstOf(RecordedSource.folder(catalogDir), data);
        return load(data, catalog, pool);
    }

    /**
     * The names of all pools, in the order of pools.json.
     *
     * @throws RecordedDataException if pools.json is missing or wrong
     */
    public static List<String> pools(Path dataDir, Path catalogDir) {
        RecordedSource source =
                RecordedSource.firstOf(RecordedSource.folder(catalogDir), RecordedSource.folder(dataDir));
        try {
            return RecordedCatalog.pools(source);
        } catch (IOException e) {
            throw new RecordedDataException(
                    "cannot read pools.json in " + source.describe() + ": " + e.getMessage(), e);
        }
    }

    /** Reads a pool whose files all lie in one place, such as a sample on the class path. */
    public static RecordedOutcomes load(RecordedSource source, String pool) {
        return load(source, source, pool);
    }

    private static RecordedOutcomes load(RecordedSource data, RecordedSource catalogSource, String pool) {
        try {
            RecordedCatalog catalog = RecordedCatalog.read(catalogSource, pool);
            List<RecordedPrompt> prompts = new ArrayList<>();
            for (String source : catalog.sources()) {
                readFile(data, source, catalog, prompts);
            }
            if (prompts.isEmpty()) {
                throw new RecordedDataException("pool '" + pool + "' has no prompt in " + data.describe());
            }
            return new RecordedOutcomes(pool, catalog, prompts);
        } catch (IOException e) {
            throw new RecordedDataException(
                    "cannot read recorded data in " + data.describe() + ": " + e.getMessage(), e);
        }
    }

    private static void readFile(RecordedSource data, String source, RecordedCatalog catalog, List<RecordedPrompt> into)
            throws IOException {
        String name = "outcomes-" + source + ".jsonl";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(data.require(name), StandardCharsets.UTF_8), 1 << 16)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    into.add(prompt(line, name + " line " + number, source, catalog));
                }
            }
        }
    }

    private static RecordedPrompt prompt(String line, String where, String source, RecordedCatalog catalog) {
        JsonNode node = Json.parse(line, where);
        JsonNode outcomes = Json.field(node, "outcomes", where);
        List<RecordedOutcome> all = new ArrayList<>(catalog.arms().size());
        for (RecordedArm arm : catalog.arms()) {
            RecordedModel model = arm.model(source);
            String outcomeWhere = where + ", outcome of '" + model.name() + "'";
            JsonNode outcome = outcomes.get(model.name());
            if (outcome == null) {
                throw new RecordedDataException(outcomeWhere + " is missing");
            }
            all.add(outcome(outcome, model, outcomeWhere));
        }
        return new RecordedPrompt(
                Json.text(node, "id", where),
                source,
                Json.text(node, "task", where),
                Json.text(node, "prompt", where),
                all);
    }

    private static RecordedOutcome outcome(JsonNode node, RecordedModel model, String where) {
        int outputTokens = Json.count(node, "output_tokens", where);
        Double latency = Json.numberOrNull(node, "latency_ms", where);
        Double energy = Json.numberOrNull(node, "energy_j", where);
        try {
            return new RecordedOutcome(
                    Json.number(node, "quality", where),
                    Json.count(node, "input_tokens", where),
                    outputTokens,
                    Json.number(node, "cost_usd", where),
                    model.firstTokenOrZero(),
                    latency == null ? model.latencyMs(outputTokens) : latency,
                    energy == null ? model.energyJoules(outputTokens) : energy);
        } catch (IllegalArgumentException e) {
            throw new RecordedDataException(where + ": " + e.getMessage(), e);
        }
    }

    private double dearestMean() {
        double dearest = 0;
        for (int arm = 0; arm < arms.size(); arm++) {
            double sum = 0;
            for (RecordedPrompt prompt : prompts) {
                sum += objective.of(prompt.outcomes().get(arm));
            }
            dearest = Math.max(dearest, sum / prompts.size());
        }
        return dearest;
    }

    public String pool() {
        return pool;
    }

    public Objective objective() {
        return objective;
    }

    /** The models, in the order of pools.json. */
    public List<RecordedArm> arms() {
        return arms;
    }

    public List<RecordedPrompt> prompts() {
        return prompts;
    }

    /**
     * C_ref: the mean over the prompts of the dearest arm, in the objective's unit (dollars, milliseconds or joules a
     * request); reward = quality − lambda × amount / C_ref.
     */
    public double reference() {
        return reference;
    }

    /** Position of an arm in {@link #arms()} and in {@link RecordedPrompt#outcomes()}. */
    public OptionalInt arm(String slug) {
        Integer arm = armBySlug.get(slug);
        return arm == null ? OptionalInt.empty() : OptionalInt.of(arm);
    }

    public Optional<RecordedPrompt> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The first prompt with exactly this text. */
    public Optional<RecordedPrompt> byText(String text) {
        return Optional.ofNullable(byText.get(text));
    }
}
