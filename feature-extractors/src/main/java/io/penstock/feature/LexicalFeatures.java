package io.penstock.feature;

/**
 * The lexical part of a vector: counts and scores brought to about zero mean and unit variance. The means and
 * deviations are round numbers near those of the project's recorded English prompts (exam questions, school and
 * competition maths, program output, general knowledge); nothing else was taken from them. Each number is cut at
 * ±{@value #BOUND}.
 */
final class LexicalFeatures {
    static final int COUNT = 12;
    static final int VERSION = 1;

    private static final double BOUND = 4;

    private LexicalFeatures() {}

    /** Writes {@link #COUNT} numbers to the front of the array. */
    static void write(Prompt prompt, LexicalScan scan, double scale, float[] into) {
        int visible = scan.letters + scan.digits + scan.symbols;
        int words = Math.max(1, scan.words);
        into[0] = scaled(StrictMath.log1p(scan.tokens * scale), 5.0, 0.6);
        into[1] = scaled(LexicalSignals.codeScore(scan), 0.1, 0.1);
        into[2] = scaled(LexicalSignals.mathScore(scan), 0.15, 0.15);
        into[3] = scaled(share(scan.digits, visible), 0.06, 0.07);
        into[4] = scaled(share(scan.letters, words), 4.5, 0.7);
        into[5] = scaled(share(scan.functionWords, words), 0.36, 0.09);
        into[6] = scaled(StrictMath.log1p(scan.lines * scale), 2.4, 0.6);
        into[7] = scaled(share(scan.upper, scan.letters), 0.06, 0.05);
        into[8] = scaled(LexicalSignals.markupScore(scan), 0.05, 0.1);
        into[9] = scaled(StrictMath.log1p(scan.options), 1.6, 0.9);
        into[10] = scaled(Math.min(3, scan.questions), 0.7, 0.7);
        into[11] = scaled(conversation(prompt), 0, 1);
    }

    /** 0 for a single turn without tools. */
    private static double conversation(Prompt prompt) {
        return StrictMath.log(Math.max(1, prompt.turns().size())) + (prompt.tools() ? 1 : 0);
    }

    private static float scaled(double value, double mean, double deviation) {
        return (float) Math.max(-BOUND, Math.min(BOUND, (value - mean) / deviation));
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
