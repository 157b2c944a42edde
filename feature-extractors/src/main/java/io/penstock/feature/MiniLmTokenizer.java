package io.penstock.feature;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** WordPiece ids of a prompt, at most {@link #MAX_TOKENS}. Safe for concurrent use (the native tokenizer is). */
final class MiniLmTokenizer implements AutoCloseable {
    /** Longer than the 128 that the file itself says, which loses the question behind a long instruction. */
    static final int MAX_TOKENS = 256;
    /** Characters given to the native code: bounds its time on any prompt. */
    static final int MAX_CHARACTERS = 8192;

    private static final String RESOURCE = "/all-minilm-l6-v2-q-tokenizer.json";

    private final HuggingFaceTokenizer tokenizer;

    private MiniLmTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    static MiniLmTokenizer open() throws IOException {
        // Where a CUDA driver is present DJL would fetch another native library over the network.
        if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
        }
        Map<String, String> options =
                Map.of("truncation", "true", "maxLength", Integer.toString(MAX_TOKENS), "padding", "false");
        try (InputStream in = MiniLmExtractor.resource(RESOURCE)) {
            return new MiniLmTokenizer(HuggingFaceTokenizer.newInstance(in, options));
        }
    }

    /** The ids of each prompt, special tokens included; at least two each. */
    List<long[]> encode(List<Prompt> prompts) {
        List<String> texts = prompts.stream().map(MiniLmTokenizer::text).toList();
        Encoding[] encodings = tokenizer.batchEncode(texts, true, false);
        return List.of(encodings).stream().map(Encoding::getIds).toList();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** The last turn first, since the model sees 256 tokens and the latest question says what is wanted. */
    static String text(Prompt prompt) {
        StringBuilder text = new StringBuilder();
        int last = prompt.turns().size() - 1;
        for (int i = last; i >= 0 && text.length() < MAX_CHARACTERS; i--) {
            // After the last turn the others follow in their own order.
            append(text, prompt.turns().get(i == last ? last : last - 1 - i).text());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String turn) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        int end = Math.min(turn.length(), MAX_CHARACTERS - Math.min(MAX_CHARACTERS, text.length()));
        for (int i = 0; i < end; i++) {
            char c = turn.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(turn.charAt(i + 1));
            if (pair) {
                text.append(c).append(turn.charAt(++i));
            } else {
                // Native code gets well-formed text without NUL.
                text.append(Character.isSurrogate(c) ? '\uFFFD' : c == 0 ? ' ' : c);
            }
        }
    }
}
