package io.penstock.feature;

import java.util.Arrays;

/** Counts of one pass over a prompt's window. Not for reuse: one object, one scan. */
final class LexicalScan {
    private static final String CODE_SYMBOLS = "{}[]();=<>_`#&|@";
    private static final String MARKUP_SYMBOLS = "\\$^_{}";
    private static final String MATH_SYMBOLS = "+-*/^=<>\\$%";

    private static final int LETTER = 0;
    private static final int UPPER = 1;
    private static final int DIGIT = 2;
    private static final int SYMBOL = 3;
    private static final int QUESTION = 4;
    private static final int CODE_SYMBOL = 5;
    private static final int MATH_SYMBOL = 6;
    private static final int MARKUP = 7;

    /** What fits into a byte. */
    private static final int MAX_COUNT = 255;

    /** By ASCII character: a one in the byte of each thing it counts as. */
    private static final long[] ASCII = asciiClasses();

    final int[] scripts = new int[Scripts.values().length];
    final int[] languages = new int[4];
    int letters;
    int upper;
    int digits;
    int symbols;
    int words;
    int functionWords;
    int numbers;
    int lines;
    int questions;
    int codeSymbols;
    int mathSymbols;
    int markup;
    int options;
    int codeWords;
    int mathWords;
    double tokens;
    /** Hashes of the content words in order; only the first {@link #contentWords} count. */
    long[] content = new long[64];

    int contentWords;

    static LexicalScan of(TextWindow window) {
        LexicalScan scan = new LexicalScan();
        scan.readCharacters(window);
        scan.readWords(window);
        return scan;
    }

    private void readCharacters(TextWindow window) {
        char[] text = window.text();
        int length = window.length();
        int i = 0;
        while (i < length) {
            i = readAscii(text, i, Math.min(length, i + MAX_COUNT), length);
            if (i < length && text[i] >= ASCII.length) {
                int codePoint = Character.codePointAt(text, i, length);
                i += Character.charCount(codePoint);
                countOther(codePoint);
            }
        }
    }

    /** Counts all classes at once, each in its byte of a long; returns where it stopped. */
    private int readAscii(char[] text, int from, int to, int length) {
        long sums = 0;
        int i = from;
        while (i < to && text[i] < ASCII.length) {
            char c = text[i];
            sums += ASCII[c];
            if (c <= 'J' && c >= 'A' && isOption(text, i, length)) {
                options++;
            }
            i++;
        }
        letters += count(sums, LETTER);
        scripts[0] += count(sums, LETTER);
        upper += count(sums, UPPER);
        digits += count(sums, DIGIT);
        symbols += count(sums, SYMBOL);
        questions += count(sums, QUESTION);
        codeSymbols += count(sums, CODE_SYMBOL);
        mathSymbols += count(sums, MATH_SYMBOL);
        markup += count(sums, MARKUP);
        return i;
    }

    private static int count(long sums, int which) {
        return (int) (sums >>> (Byte.SIZE * which)) & MAX_COUNT;
    }

    /** Whether the letter at i, A to J, heads a choice: "A." or "A)" at the start of a line, or "(A)". */
    private static boolean isOption(char[] text, int i, int length) {
        if (i + 1 >= length || (text[i + 1] != '.' && text[i + 1] != ')')) {
            return false;
        }
        return i == 0 || text[i - 1] == '\n' || text[i - 1] == '(';
    }

    private void countOther(int codePoint) {
        if (Character.isLetter(codePoint)) {
            letters++;
            scripts[Scripts.of(codePoint).slot()]++;
            upper += Character.isUpperCase(codePoint) ? 1 : 0;
        } else if (Character.isDigit(codePoint)) {
            digits++;
        } else if (!Character.isSpaceChar(codePoint)) {
            symbols++;
            // Question marks of Greek, Arabic, full-width and Spanish text.
            questions += codePoint == 0x37E || codePoint == 0x61F || codePoint == 0xFF1F ? 1 : 0;
            mathSymbols += Character.getType(codePoint) == Character.MATH_SYMBOL ? 1 : 0;
        }
    }

    private void readWords(TextWindow window) {
        WordReader reader = new WordReader(window);
        WordReader.Kind kind = reader.next();
        while (kind != WordReader.Kind.END) {
            tokens += TokenEstimate.of(kind, reader);
            if (kind == WordReader.Kind.LETTERS) {
                words++;
                int bits = Lexicon.bits(reader.hash());
                countWord(bits);
                if (Lexicon.isContent(reader, bits)) {
                    addContent(reader.hash());
                }
            } else if (kind == WordReader.Kind.DIGITS) {
                numbers++;
            }
            kind = reader.next();
        }
        lines = window.length() == 0 ? 0 : reader.line();
        tokens += Math.max(0, lines - 1) * TokenEstimate.PER_LINE;
    }

    private void addContent(long hash) {
        if (contentWords == content.length) {
            content = Arrays.copyOf(content, 2 * content.length);
        }
        content[contentWords++] = hash;
    }

    private void countWord(int bits) {
        if (bits == 0) {
            return;
        }
        functionWords += (bits & Lexicon.ENGLISH) != 0 ? 1 : 0;
        for (int language = 0; language < languages.length; language++) {
            languages[language] += (bits >>> language) & 1;
        }
        codeWords += (bits & Lexicon.CODE) != 0 ? 1 : 0;
        mathWords += (bits & Lexicon.MATH) != 0 ? 1 : 0;
    }

    private static long[] asciiClasses() {
        long[] classes = new long[128];
        for (char c = '!'; c < 127; c++) {
            long ones = one(Character.isLetter(c) ? LETTER : Character.isDigit(c) ? DIGIT : SYMBOL);
            ones |= Character.isUpperCase(c) ? one(UPPER) : 0;
            ones |= c == '?' ? one(QUESTION) : 0;
            ones |= CODE_SYMBOLS.indexOf(c) >= 0 ? one(CODE_SYMBOL) : 0;
            ones |= MATH_SYMBOLS.indexOf(c) >= 0 ? one(MATH_SYMBOL) : 0;
            ones |= MARKUP_SYMBOLS.indexOf(c) >= 0 ? one(MARKUP) : 0;
            classes[c] = ones;
        }
        return classes;
    }

    private static long one(int which) {
        return 1L << (Byte.SIZE * which);
    }
}
