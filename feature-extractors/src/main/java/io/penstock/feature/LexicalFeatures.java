package io.penstock.feature;

/**
 * The lexical part of a vector: counts and scores brought to about zero mean and unit variance by round constants
 * chosen once on English exam and chat prompts (see the module README). Each is cut at ±{@value #BOUND}.
 */
final class LexicalFeatures {
    static final int COUNT = 8;
    static final int VERSION = 1;

    private static final double BOUND = 4;

    private LexicalFeatures() {}

    /** Writes {@link #COUNT} numbers from {@code offset} on. */
    static void write(Prompt prompt, LexicalScan scan, double scale, float[] into, int offset) {
        int visible = scan.letters + scan.digits + scan.symbols;
        int i = offset;
        into[i++] = scaled(StrictMath.log1p(scan.tokens * scale), 5.0, 0.7);
        into[i++] = scaled(LexicalSignals.codeScore(scan), 0.2, 0.15);
        into[i++] = scaled(LexicalSignals.mathScore(scan), 0.25, 0.15);
        into[i++] = scaled(share(scan.digits, visible), 0.06, 0.07);
        into[i++] = scaled(share(scan.letters, Math.max(1, scan.words)), 4.6, 0.8);
        into[i++] = scaled(share(scan.functionWords, Math.max(1, scan.words)), 0.35, 0.1);
        into[i++] = scaled(StrictMath.log1p(scan.lines * scale), 2.3, 0.7);
        into[i] = scaled(share(scan.upper, scan.letters), 0.06, 0.05) + (float) (prompt.tools() ? 1 : 0);
    }

    private static float scaled(double value, double mean, double deviation) {
        return (float) Math.max(-BOUND, Math.min(BOUND, (value - mean) / deviation));
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
