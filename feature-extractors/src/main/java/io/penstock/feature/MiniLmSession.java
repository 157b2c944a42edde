package io.penstock.feature;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;

/** One ONNX session with its own direct buffers, used by one thread at a time. */
final class MiniLmSession implements AutoCloseable {
    static final int WIDTH = 384;

    private static final String OUTPUT = "last_hidden_state";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final LongBuffer ids;
    private final LongBuffer mask;
    private final LongBuffer types;
    private final FloatBuffer hidden;

    /** Room for so many tokens a call, padding included. */
    MiniLmSession(OrtEnvironment environment, OrtSession session, int tokens) {
        this.environment = environment;
        this.session = session;
        ids = direct(tokens * Long.BYTES).asLongBuffer();
        mask = direct(tokens * Long.BYTES).asLongBuffer();
        types = direct(tokens * Long.BYTES).asLongBuffer();
        hidden = direct(tokens * WIDTH * Float.BYTES).asFloatBuffer();
    }

    /** Mean-pooled, normalised embeddings of rows of token ids. */
    float[][] embed(List<long[]> rows) throws OrtException {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        fill(rows, columns);
        long[] shape = {rows.size(), columns};
        long[] outputShape = {rows.size(), columns, WIDTH};
        hidden.clear().limit(rows.size() * columns * WIDTH);
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask, shape);
                OnnxTensor typeTensor = OnnxTensor.createTensor(environment, types, shape);
                OnnxTensor output = OnnxTensor.createTensor(environment, hidden, outputShape)) {
            // The model writes into our buffer; the result object holds nothing else.
            session.run(
                            Map.of("input_ids", idTensor, "attention_mask", maskTensor, "token_type_ids", typeTensor),
                            Map.of(OUTPUT, output))
                    .close();
            return pool(rows, columns);
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }

    private void fill(List<long[]> rows, int columns) {
        ids.clear();
        mask.clear();
        types.clear();
        for (long[] row : rows) {
            for (int i = 0; i < columns; i++) {
                ids.put(i < row.length ? row[i] : 0);
                mask.put(i < row.length ? 1 : 0);
                types.put(0);
            }
        }
        ids.flip();
        mask.flip();
        types.flip();
    }

    private float[][] pool(List<long[]> rows, int columns) {
        float[][] embeddings = new float[rows.size()][WIDTH];
        float[] token = new float[WIDTH];
        for (int r = 0; r < rows.size(); r++) {
            float[] sum = embeddings[r];
            for (int i = 0; i < rows.get(r).length; i++) {
                hidden.get((r * columns + i) * WIDTH, token);
                for (int j = 0; j < WIDTH; j++) {
                    sum[j] += token[j];
                }
            }
            normalise(sum);
        }
        return embeddings;
    }

    private static void normalise(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
