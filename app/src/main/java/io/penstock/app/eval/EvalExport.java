package io.penstock.app.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.replay.Workload;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.event.ModelCard;
import io.penstock.learner.ModelPrior;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * A pool's streams for other programs, so that another router can be judged on exactly what ours saw. A folder with
 * {@code pool.json} (settings and models) and arrays without headers, little-endian, rows one after the other, n prompts, k
 * models, d features:
 *
 * <table>
 * <caption>Arrays</caption>
 * <tr><td>features.f32</td><td>n × d</td><td>as the cold router sees the prompts</td></tr>
 * <tr><td>quality.f64, cost.f64, amount.f64</td><td>n × k</td><td>verdict, dollars, and what the objective counts</td></tr>
 * <tr><td>input_tokens.i32</td><td>n</td><td>as the router estimates them</td></tr>
 * <tr><td>orders.i32</td><td>seeds × n</td><td>prompts in the order of each cold pass</td></tr>
 * <tr><td>cut-C-H-features.f32</td><td>n × d'</td><td>features fitted on half H of cut C</td></tr>
 * <tr><td>cut-C-H-taught.i32</td><td></td><td>the prompts of that half</td></tr>
 * <tr><td>warm-S-H.i32</td><td></td><td>seed S: the other prompts, in the order in which they are asked; its cut is S modulo
 * the number of cuts</td></tr>
 * </table>
 */
final class EvalExport {
    private static final double NANOS_PER_USD = 1e9;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;
    private final EvalPool pool;

    private EvalExport(Path folder, EvalPool pool) {
        this.folder = folder;
        this.pool = pool;
    }

    /**
     * Writes into a folder of the pool's name.
     *
     * @param seen by cut, then by half, the pool under the features fitted on that half
     */
    static void write(Path folder, EvalPool pool, EvalSettings settings, List<List<EvalPool>> seen) throws IOException {
        Path own = folder.resolve(pool.outcomes().pool());
        Files.createDirectories(own);
        EvalExport export = new EvalExport(own, pool);
        Files.writeString(own.resolve("pool.json"), export.description(settings, seen));
        export.prompts();
        export.orders(settings);
        export.cuts(settings, seen);
    }

    private String description(EvalSettings settings, List<List<EvalPool>> seen) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("pool", pool.outcomes().pool());
        root.put("objective", pool.outcomes().objective().id());
        root.put("c_ref", pool.outcomes().reference());
        root.put("prompts", pool.size());
        root.put("dimension", pool.dimension());
        root.put("fitted_dimension", seen.get(0).get(0).dimension());
        root.put("seeds", settings.seeds());
        root.put("cuts", seen.size());
        root.put("in_flight", settings.inFlight());
        root.put("delay", settings.delay());
        root.put("missing", settings.missing());
        ArrayNode lambdas = root.putArray("lambdas");
        settings.lambdas().forEach(lambdas::add);
        ArrayNode models = root.putArray("models");
        for (ModelCard card : pool.cards()) {
            ObjectNode model = models.addObject();
            model.put("slug", card.getSlug());
            model.put("usd_per_1m_input", card.getInputNanosPerMillionTokens() / NANOS_PER_USD);
            model.put("usd_per_1m_output", card.getOutputNanosPerMillionTokens() / NANOS_PER_USD);
            ModelPrior prior = pool.prior(card.getSlug());
            model.put("first_token_ms", prior.latencyMillis(0));
            model.put("ms_per_output_token", prior.latencyMillis(1) - prior.latencyMillis(0));
            model.put("joules_per_output_token", prior.joules(1));
        }
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private void prompts() throws IOException {
        features("features.f32", pool);
        outcomes("quality.f64", (place, arm) -> outcome(place, arm).quality());
        outcomes("cost.f64", (place, arm) -> outcome(place, arm).costUsd());
        outcomes("amount.f64", pool::amount);
        places(
                "input_tokens.i32",
                IntStream.range(0, pool.size()).map(pool::inputTokens).toArray());
    }

    private RecordedOutcome outcome(int place, int arm) {
        return pool.prompt(place).outcomes().get(arm);
    }

    private void orders(EvalSettings settings) throws IOException {
        int[] orders = new int[settings.seeds() * pool.size()];
        int at = 0;
        for (int seed = 1; seed <= settings.seeds(); seed++) {
            Workload workload = new Workload(pool.outcomes(), seed, OptionalInt.empty());
            for (int i = 0; i < pool.size(); i++) {
                orders[at++] = pool.place(workload.prompt(i));
            }
        }
        places("orders.i32", orders);
    }

    private void cuts(EvalSettings settings, List<List<EvalPool>> seen) throws IOException {
        for (int half = 0; half < 2; half++) {
            for (int cut = 0; cut < seen.size(); cut++) {
                String name = "cut-" + cut + "-" + half;
                features(name + "-features.f32", seen.get(cut).get(half));
                places(name + "-taught.i32", FittedFeatures.half(pool, cut, half));
            }
            for (int seed = 1; seed <= settings.seeds(); seed++) {
                int[] judged = FittedFeatures.half(pool, seed % seen.size(), 1 - half);
                IntUnaryOperator place = i -> judged[i];
                int[] order = WarmHalf.order(judged.length, seed).stream()
                        .mapToInt(Integer::intValue)
                        .map(place)
                        .toArray();
                places("warm-" + seed + "-" + half + ".i32", order);
            }
        }
    }

    private void features(String name, EvalPool of) throws IOException {
        write(name, of.size() * of.dimension() * Float.BYTES, bytes -> {
            for (int place : of.places()) {
                bytes.put(of.features(place).toBytes());
            }
        });
    }

    private void outcomes(String name, ToDoubleBiFunction<Integer, Integer> value) throws IOException {
        write(name, pool.size() * pool.arms() * Double.BYTES, bytes -> {
            for (int place : pool.places()) {
                for (int arm = 0; arm < pool.arms(); arm++) {
                    bytes.putDouble(value.applyAsDouble(place, arm));
                }
            }
        });
    }

    private void places(String name, int[] places) throws IOException {
        write(name, places.length * Integer.BYTES, bytes -> bytes.asIntBuffer().put(places));
    }

    private void write(String name, int size, Consumer<ByteBuffer> content) throws IOException {
        byte[] bytes = new byte[size];
        content.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        Files.write(folder.resolve(name), bytes);
    }
}
