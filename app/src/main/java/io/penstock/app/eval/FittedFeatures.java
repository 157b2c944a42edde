package io.penstock.app.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.feature.Prompt;
import io.penstock.feature.TfIdfSvd;
import io.penstock.learner.Features;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** Features fitted on teaching prompts; fitted once for pools that are taught by the same prompts. */
final class FittedFeatures {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long SEED = 1;

    private final Map<List<String>, Fitted> known = new HashMap<>();

    /** A fitted projection, which remembers the prompts it has seen. */
    static final class Fitted {
        private final TfIdfSvd projection;
        private final Map<String, Features> byId = new ConcurrentHashMap<>();

        private Fitted(TfIdfSvd projection) {
            this.projection = projection;
        }

        List<Features> of(List<RecordedPrompt> prompts) {
            return prompts.stream().parallel().map(this::of).toList();
        }

        private Features of(RecordedPrompt prompt) {
            return byId.computeIfAbsent(prompt.id(), id -> Features.of(projection.apply(Prompt.of(prompt.text()))));
        }
    }

    Fitted fit(List<RecordedPrompt> prompts) {
        List<String> ids = prompts.stream().map(RecordedPrompt::id).toList();
        Fitted found = known.get(ids);
        if (found == null) {
            List<Prompt> texts =
                    prompts.stream().map(prompt -> Prompt.of(prompt.text())).toList();
            found = new Fitted(TfIdfSvd.fit(texts, TfIdfSvd.DEFAULT_DIMENSION, SEED));
            known.put(ids, found);
        }
        return found;
    }

    /** The prompts of one half, 0 or 1, of a cut. */
    static int[] half(EvalPool pool, int cut, int half) {
        return IntStream.range(0, pool.size())
                .filter(place -> half(cut, pool.prompt(place).id()) == half)
                .toArray();
    }

    private static int half(int cut, String id) {
        CRC32C crc = new CRC32C();
        crc.update((cut + "/" + id).getBytes(UTF_8));
        return (int) ((crc.getValue() * GOLDEN) >>> 63);
    }

    static List<RecordedPrompt> prompts(EvalPool pool, int[] places) {
        return IntStream.of(places).mapToObj(pool::prompt).toList();
    }
}
