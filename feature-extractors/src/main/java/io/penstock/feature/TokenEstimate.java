package io.penstock.feature;

/**
 * Tokens of a word under a byte-pair vocabulary of about 100,000 entries, by script alone: no vocabulary is shipped.
 */
final class TokenEstimate {
    static final double PER_LINE = 0.4;

    private static final double PER_DIGITS = 3;
    private static final double LATIN_FREE = 6;
    private static final double LATIN_PER_LETTER = 1.0 / 6;
    private static final double PER_SYMBOL = 0.85;
    private static final double OTHER_PER_LETTER = 1.0 / 2.2;

    private TokenEstimate() {}

    static double of(WordReader.Kind kind, WordReader word) {
        int length = word.wordLength();
        return switch (kind) {
            case LETTERS -> letters(word.first(), length);
            case DIGITS -> Math.ceil(length / PER_DIGITS);
            case SYMBOL -> PER_SYMBOL;
            case END -> 0;
        };
    }

    private static double letters(char first, int length) {
        // Latin words up to six letters are mostly one token; other scripts are cut finer, ideographs singly.
        if (first < 0x250) {
            return 1 + Math.max(0, length - LATIN_FREE) * LATIN_PER_LETTER;
        }
        return Math.max(1, length * OTHER_PER_LETTER);
    }
}
