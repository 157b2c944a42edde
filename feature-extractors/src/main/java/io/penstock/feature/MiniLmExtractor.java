package io.penstock.feature;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/**
 * Tier {@code minilm}: all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), quantised to int8, on ONNX
 * Runtime: mean pooling over at most 256 tokens, the last turn first, then a fixed projection from 384 dimensions.
 *
 * <p>Batches are cut from length-sorted prompts under caps of rows and of rows × tokens, so memory stays bounded.
 * <b>Int8 caveat</b>: activations are scaled per batch, so a prompt's vector depends on its batch mates (cosine 0.97 to
 * 1 against alone). The vector written into the decision is the one of record. With batches of one it is bit-identical.
 *
 * <p>Each concurrent call takes one session; more callers than sessions wait. Safe for concurrent use.
 */
public final class MiniLmExtractor implements FeatureExtractor {
    public static final String NAME = "minilm";

    private static final int VERSION = 1;
    private static final long SEED = 0x6d696e696c6dL;

    private final ExtractorId id;
    private final MiniLmTokenizer tokenizer;
    private final MiniLmRuntime runtime;
    private final SeededProjection projection;
    private final BlockingQueue<MiniLmSession> free;

    private MiniLmExtractor(int dimension, MiniLmTokenizer tokenizer, MiniLmRuntime runtime) {
        this.tokenizer = tokenizer;
        this.runtime = runtime;
        projection = new SeededProjection(MiniLmSession.WIDTH, dimension, SEED);
        free = new LinkedBlockingQueue<>(runtime.sessions);
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("model", "all-minilm-l6-v2-q");
        settings.put("tokens", Integer.toString(MiniLmTokenizer.MAX_TOKENS));
        settings.put("characters", Integer.toString(MiniLmTokenizer.MAX_CHARACTERS));
        settings.put("seed", Long.toHexString(SEED));
        id = ExtractorId.of(NAME, VERSION, dimension, settings);
    }

    /**
     * Loads model and tokenizer from the class path and opens a session per worker.
     *
     * @throws IllegalStateException if a file is missing or the device that was asked for cannot be used
     */
    public static MiniLmExtractor create(FeatureSettings settings) {
        try {
            MiniLmRuntime runtime = MiniLmRuntime.open(settings.device(), settings.workers());
            return new MiniLmExtractor(settings.dimension(), MiniLmTokenizer.open(), runtime);
        } catch (IOException | OrtException e) {
            throw new IllegalStateException("feature tier minilm cannot start: " + e.getMessage(), e);
        }
    }

    @Override
    public List<FeatureVector> extract(List<Prompt> prompts) {
        if (prompts.isEmpty()) {
            return List.of();
        }
        List<long[]> ids = tokenizer.encode(prompts);
        FeatureVector[] vectors = new FeatureVector[prompts.size()];
        MiniLmSession session = borrow();
        try {
            for (List<Integer> batch : batches(ids)) {
                float[][] embeddings =
                        session.embed(batch.stream().map(ids::get).toList());
                for (int i = 0; i < embeddings.length; i++) {
                    vectors[batch.get(i)] = FeatureVector.of(projection.apply(embeddings[i]));
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed with code " + e.getCode(), e);
        } finally {
            free.add(session);
        }
        return List.of(vectors);
    }

    @Override
    public ExtractorId id() {
        return id;
    }

    @Override
    public boolean cheap() {
        return false;
    }

    /** Where the sessions run: {@code cpu} or {@code cuda:N}. */
    public Device device() {
        return runtime.device;
    }

    /** Call when no {@link #extract} is running. */
    @Override
    public void close() {
        try {
            for (MiniLmSession session : runtime.sessions) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed to close a session, code " + e.getCode(), e);
        } finally {
            tokenizer.close();
        }
    }

    static InputStream resource(String name) throws IOException {
        InputStream in = MiniLmExtractor.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("resource " + name + " is not on the class path");
        }
        return in;
    }

    /** Positions of the prompts, shortest first, cut so that rows × the longest stay under the caps. */
    private List<List<Integer>> batches(List<long[]> ids) {
        List<Integer> order = IntStream.range(0, ids.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> ids.get(i).length))
                .toList();
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> batch = new ArrayList<>();
        for (int i : order) {
            int rows = batch.size() + 1;
            if (rows > runtime.maxRows || rows * ids.get(i).length > runtime.maxTokens) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(i);
        }
        batches.add(batch);
        return batches;
    }

    private MiniLmSession borrow() {
        try {
            return free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a session", e);
        }
    }
}
