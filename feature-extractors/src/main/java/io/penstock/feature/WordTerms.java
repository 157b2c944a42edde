package io.penstock.feature;

/**
 * The terms of a text with their counts: every word (letters of any case, or digits; symbols are skipped) and every
 * pair of words that follow each other, as 64-bit hashes. Function words stay: their low IDF handles them.
 */
final class WordTerms {
    private static final long BIGRAM = 0xD6E8FEB86659FD93L;

    private WordTerms() {}

    static GramCounts of(TextWindow window) {
        GramCounts counts = new GramCounts();
        WordReader reader = new WordReader(window);
        long previous = 0;
        for (WordReader.Kind kind = reader.next(); kind != WordReader.Kind.END; kind = reader.next()) {
            if (kind != WordReader.Kind.SYMBOL) {
                long word = reader.hash();
                counts.add(word, 1);
                if (previous != 0) {
                    counts.add(WordReader.mix(previous * BIGRAM + word), 1);
                }
                previous = word;
            }
        }
        return counts;
    }
}
