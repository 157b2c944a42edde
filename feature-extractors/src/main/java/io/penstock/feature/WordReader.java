package io.penstock.feature;

/**
 * Cuts a text into words, left to right, without making strings: runs of letters and their marks, runs of digits,
 * single symbols; a letter of a script written without spaces is a word of its own, so that bigrams of words are
 * bigrams of characters there. Any UTF-16 is accepted; an unpaired surrogate is a symbol.
 */
final class WordReader {
    /** What a word is made of. */
    enum Kind {
        LETTERS,
        DIGITS,
        SYMBOL,
        END
    }

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int LETTER = 1;
    private static final int DIGIT = 2;
    private static final int MARK = 3;
    private static final int SYMBOL = 4;
    private static final int UNSPACED = 5;
    private static final int SPACE = 6;
    private static final byte[] ASCII = asciiClasses();

    private final char[] text;
    private final int length;
    private int position;
    private int start;
    private int lines = 1;
    private int codePoint;
    private long hash;

    WordReader(char[] text, int length) {
        this.text = text;
        this.length = length;
    }

    WordReader(TextWindow window) {
        this(window.text(), window.length());
    }

    /** The hash a word of this text (one run of letters, any case) gets. */
    static long hashOf(String word) {
        WordReader reader = new WordReader(word.toCharArray(), word.length());
        if (reader.next() != Kind.LETTERS || reader.next() != Kind.END) {
            throw new IllegalArgumentException("not one word of letters: " + word);
        }
        return reader.hash;
    }

    /** Murmur3's 64-bit finaliser: every input bit reaches every output bit. */
    static long mix(long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    /** Moves to the next word. */
    Kind next() {
        int kind = skipSpaces();
        start = position;
        if (kind == 0) {
            return Kind.END;
        }
        long h = add(kind);
        advance();
        if (kind == LETTER || kind == DIGIT) {
            hash = mix(readRun(kind, h));
            return kind == LETTER ? Kind.LETTERS : Kind.DIGITS;
        }
        hash = mix(h);
        if (kind == UNSPACED) {
            skipMarks();
            return Kind.LETTERS;
        }
        return Kind.SYMBOL;
    }

    /** The 64-bit hash of the current word, lower-cased, marks left out. */
    long hash() {
        return hash;
    }

    /** UTF-16 units of the current word. */
    int wordLength() {
        return position - start;
    }

    /** The first character of the current word. */
    char first() {
        return text[start];
    }

    /** The line of the current word, from 1. */
    int line() {
        return lines;
    }

    private long readRun(int kind, long begun) {
        long h = begun;
        while (position < length) {
            int following = peek();
            if (following == kind) {
                h = add(h);
            } else if (following != MARK) {
                break;
            }
            advance();
        }
        return h;
    }

    private long add(long h) {
        long mixed = (h ^ Character.toLowerCase(codePoint)) * MULTIPLIER;
        return mixed ^ (mixed >>> 32);
    }

    private int skipSpaces() {
        while (position < length) {
            int kind = peek();
            if (kind != SPACE) {
                return kind;
            }
            if (codePoint == '\n') {
                lines++;
            }
            advance();
        }
        return 0;
    }

    private void skipMarks() {
        while (position < length && peek() == MARK) {
            advance();
        }
    }

    private void advance() {
        position += Character.charCount(codePoint);
    }

    private int peek() {
        char c = text[position];
        codePoint = c;
        if (c < ASCII.length) {
            return ASCII[c];
        }
        if (Character.isHighSurrogate(c) && position + 1 < length && Character.isLowSurrogate(text[position + 1])) {
            codePoint = Character.toCodePoint(c, text[position + 1]);
        }
        return classify(codePoint);
    }

    private static int classify(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER -> LETTER;
            case Character.OTHER_LETTER -> Scripts.unspaced(codePoint) ? UNSPACED : LETTER;
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.FORMAT -> MARK;
            case Character.DECIMAL_DIGIT_NUMBER -> DIGIT;
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL -> SPACE;
            default -> SYMBOL;
        };
    }

    private static byte[] asciiClasses() {
        byte[] classes = new byte[128];
        for (int c = 0; c < classes.length; c++) {
            if (c <= ' ' || c == 127) {
                classes[c] = SPACE;
            } else if (c >= '0' && c <= '9') {
                classes[c] = DIGIT;
            } else {
                classes[c] = (byte) (Character.isLetter(c) ? LETTER : SYMBOL);
            }
        }
        return classes;
    }
}
