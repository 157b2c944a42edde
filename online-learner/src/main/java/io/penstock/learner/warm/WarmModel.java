package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What each model's quality and output tokens on a context are expected to be, fitted offline. Same outcomes, same bits
 * on every machine. Immutable, so that any number of threads may share it.
 */
public final class WarmModel {

    /** The first four bytes. */
    public static final int MAGIC = 0x5741524D;

    public static final int FORMAT_VERSION = 2;

    /** Without verdicts by model: what is fitted on full information is still written so. */
    private static final int FULL_INFORMATION_VERSION = 1;

    /** No model is larger, written or read. */
    public static final int MAX_BYTES = 64 << 20;

    private static final int HEADER_BYTES = 4 + 2 + 2 + 2 + 2 + 8 + 4 + 1;

    private static final Pattern EXTRACTOR = Pattern.compile("[a-z0-9-]{1,80}");

    private final WarmKind kind;
    private final String extractor;
    private final List<String> models;
    private final Map<String, Integer> places;
    private final Training training;
    private final Predictor predictor;

    /** What it was fitted on. {@code verdicts} is by model; null: one on every prompt. */
    private record Training(
            int prompts, double noise, @Nullable List<Integer> verdicts) {
        static Training of(WarmOutcomes outcomes) {
            int[] counts = outcomes.verdicts();
            return new Training(
                    outcomes.prompts(),
                    outcomes.noise(),
                    counts == null ? null : IntStream.of(counts).boxed().toList());
        }
    }

    private WarmModel(WarmKind kind, String extractor, List<String> models, Training training, Predictor predictor) {
        this.kind = kind;
        this.extractor = extractor;
        this.models = models;
        this.places = new HashMap<>();
        this.training = training;
        this.predictor = predictor;
        models.forEach(model -> places.put(model, places.size()));
    }

    /**
     * Fits with the default settings, or with sharper ones where prompts that were held out show that they are better.
     *
     * @throws IllegalArgumentException if the outcomes are too many for {@link #MAX_BYTES}
     */
    public static WarmModel fit(WarmKind kind, WarmOutcomes outcomes) {
        requireRoom(kind, outcomes);
        return fit(kind, outcomes, WarmTuning.tune(kind, outcomes, WarmSettings.defaults()));
    }

    /** @throws IllegalArgumentException if the outcomes are too many for {@link #MAX_BYTES} */
    public static WarmModel fit(WarmKind kind, WarmOutcomes outcomes, WarmSettings settings) {
        requireRoom(kind, outcomes);
        Predictor predictor = switch (kind) {
            case KNN -> NearestNeighbours.fit(outcomes, settings.neighbours());
            case LOGISTIC -> LogisticRegression.fit(outcomes, settings.ridge());
            case BLEND -> Blend.fit(outcomes, settings);
            case JOINT -> JointShrinkage.fit(outcomes, settings);
        };
        return new WarmModel(kind, "", outcomes.models(), Training.of(outcomes), predictor);
    }

    /**
     * The same model, which says what features it wants.
     *
     * @param hash of the extractor that made the training contexts
     */
    public WarmModel withExtractor(String hash) {
        if (!EXTRACTOR.matcher(hash).matches()) {
            throw new IllegalArgumentException("extractor must match " + EXTRACTOR + ", but is '" + hash + "'");
        }
        return new WarmModel(kind, hash, models, training, predictor);
    }

    private static void requireRoom(WarmKind kind, WarmOutcomes outcomes) {
        int dimension = outcomes.dimension();
        int models = outcomes.models().size();
        long size = HEADER_BYTES + namesSize(outcomes.models());
        if (kind != WarmKind.LOGISTIC) {
            size += NearestNeighbours.sizeInBytes(outcomes.prompts(), dimension, models);
        }
        if (kind != WarmKind.KNN) {
            size += LogisticRegression.sizeInBytes(dimension, models);
        }
        if (kind == WarmKind.JOINT) {
            size += JointShrinkage.ownSize(models);
        }
        if (size > MAX_BYTES) {
            throw new IllegalArgumentException("warm model of " + outcomes.prompts() + " prompts must be at most "
                    + MAX_BYTES + " bytes, but would be " + size);
        }
    }

    /** @throws IllegalArgumentException if the context's dimension is not this model's */
    public WarmForecast predict(Features context) {
        if (context.dimension() != dimension()) {
            throw new IllegalArgumentException(
                    "dimension must be " + dimension() + " as in this warm model, but is " + context.dimension());
        }
        double[] quality = new double[models.size()];
        double[] outputTokens = new double[models.size()];
        predictor.predict(context, quality, outputTokens);
        return new WarmForecast(quality, outputTokens);
    }

    public WarmKind kind() {
        return kind;
    }

    /** Names of the models, in the order in which forecasts number them. */
    public List<String> models() {
        return models;
    }

    public int dimension() {
        return predictor.dimension();
    }

    /** Hash of the extractor whose features it wants; empty if it does not say. */
    public String extractor() {
        return extractor;
    }

    /** The number of a model in forecasts; empty for one that it was not trained on. */
    public OptionalInt indexOf(String model) {
        Integer place = places.get(model);
        return place == null ? OptionalInt.empty() : OptionalInt.of(place);
    }

    /** Prompts that it was fitted on. */
    public int prompts() {
        return training.prompts();
    }

    /** Whether it was fitted on a log, where of each prompt only one model's outcome is known. */
    public boolean isOfLog() {
        return training.verdicts() != null;
    }

    /** Verdicts on one model that it was fitted on: one on each prompt, or fewer if it is of a log. */
    public int verdicts(int model) {
        List<Integer> verdicts = training.verdicts();
        return verdicts == null ? training.prompts() : verdicts.get(model);
    }

    /** Mean over the models of the variance of their quality in training, 0 to 0.25. */
    public double noise() {
        return training.noise();
    }

    /**
     * Little-endian: magic (int), format version, kind, dimension, number of models (shorts), noise (double), prompts
     * (int); the extractor and each model's name as a length (byte) and ASCII; in format 2 the
     * verdicts by model (ints); then what the kind knows: neighbours before regression, the joint map last.
     */
    public byte[] toBytes() {
        List<Integer> verdicts = training.verdicts();
        int format = verdicts == null ? FULL_INFORMATION_VERSION : FORMAT_VERSION;
        long size = HEADER_BYTES
                + extractor.length()
                + namesSize(models)
                + predictor.sizeInBytes()
                + (verdicts == null ? 0 : (long) Integer.BYTES * verdicts.size());
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putShort((short) format).putShort((short) kind.code());
        bytes.putShort((short) dimension()).putShort((short) models.size()).putDouble(training.noise());
        bytes.putInt(training.prompts());
        putName(bytes, extractor);
        models.forEach(model -> putName(bytes, model));
        if (verdicts != null) {
            verdicts.forEach(bytes::putInt);
        }
        predictor.write(bytes);
        return bytes.array();
    }

    private static void putName(ByteBuffer bytes, String name) {
        bytes.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
    }

    private static long namesSize(List<String> models) {
        return models.stream().mapToLong(model -> 1L + model.length()).sum();
    }

    /** @throws InvalidWarmModelException if the bytes are not a valid model of a known format */
    public static WarmModel fromBytes(byte[] array) {
        WarmBytes.require(
                array.length >= HEADER_BYTES && array.length <= MAX_BYTES,
                "warm model must be from " + HEADER_BYTES + " to " + MAX_BYTES + " bytes, but is " + array.length);
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        int magic = bytes.getInt();
        WarmBytes.require(magic == MAGIC, String.format("warm model magic must be %08x, but is %08x", MAGIC, magic));
        int version = Short.toUnsignedInt(bytes.getShort());
        WarmBytes.require(
                version == FORMAT_VERSION || version == FULL_INFORMATION_VERSION,
                "warm model format must be 1 or 2, but is " + version);
        WarmKind kind = WarmKind.ofCode(Short.toUnsignedInt(bytes.getShort()));
        try {
            return read(kind, bytes, version == FORMAT_VERSION);
        } catch (IllegalArgumentException e) {
            throw new InvalidWarmModelException("warm model: " + e.getMessage());
        }
    }

    private static WarmModel read(WarmKind kind, ByteBuffer bytes, boolean ofLog) {
        int dimension = Checks.count("dimension", Short.toUnsignedInt(bytes.getShort()), 1, Features.MAX_DIMENSION);
        int count = Checks.count("number of models", Short.toUnsignedInt(bytes.getShort()), 1, Checks.MAX_MODELS);
        double noise = Checks.within("noise", bytes.getDouble(), 0, 0.25);
        int prompts = Checks.count("prompts", bytes.getInt(), 1, Integer.MAX_VALUE);
        String extractor = readName(bytes, "extractor");
        List<String> models = readNames(bytes, count);
        List<Integer> verdicts = ofLog ? readVerdicts(bytes, count, prompts) : null;
        Predictor predictor = switch (kind) {
            case KNN -> NearestNeighbours.read(bytes, dimension, count);
            case LOGISTIC -> LogisticRegression.read(bytes, dimension, count);
            case BLEND -> Blend.read(bytes, dimension, count);
            case JOINT -> JointShrinkage.read(bytes, dimension, count);
        };
        WarmBytes.require(
                !bytes.hasRemaining(),
                "warm model must end after " + bytes.position() + " bytes, but is " + bytes.limit());
        WarmModel model = new WarmModel(kind, "", models, new Training(prompts, noise, verdicts), predictor);
        return extractor.isEmpty() ? model : model.withExtractor(extractor);
    }

    private static List<String> readNames(ByteBuffer bytes, int count) {
        List<String> names = new ArrayList<>(count);
        for (int m = 0; m < count; m++) {
            names.add(readName(bytes, "model name " + m));
        }
        return Checks.models(names);
    }

    private static List<Integer> readVerdicts(ByteBuffer bytes, int models, int prompts) {
        WarmBytes.requireRemaining(bytes, "verdicts by model", (long) Integer.BYTES * models);
        List<Integer> verdicts = new ArrayList<>(models);
        for (int m = 0; m < models; m++) {
            verdicts.add(Checks.count("verdicts of model " + m, bytes.getInt(), 0, prompts));
        }
        return List.copyOf(verdicts);
    }

    private static String readName(ByteBuffer bytes, String field) {
        WarmBytes.requireRemaining(bytes, "length of " + field, 1);
        byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
        WarmBytes.requireRemaining(bytes, field, name.length);
        bytes.get(name);
        return new String(name, StandardCharsets.US_ASCII);
    }
}
