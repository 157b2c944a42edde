package io.penstock.feature;

/** Counts of one pass over a prompt's window. Not for reuse: one object, one scan. */
final class LexicalScan {
    private static final String CODE_SYMBOLS = "{}[]();=<>_`#&|@";
    private static final String MARKUP_SYMBOLS = "\\$^_{}";
    private static final String MATH_SYMBOLS = "+-*/^=<>\\$%";

    /** A bit for each thing an ASCII character counts as: letter, upper, digit, symbol, question, code, maths, markup. */
    private static final int[] ASCII = asciiClasses();

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

    static LexicalScan of(TextWindow window) {
        LexicalScan scan = new LexicalScan();
        scan.readCharacters(window);
        scan.readWords(window);
        return scan;
    }

    private void readCharacters(TextWindow window) {
        char[] text = window.text();
        int length = window.length();
        int step;
        for (int i = 0; i < length; i += step) {
            char c = text[i];
            step = 1;
            if (c < 128) {
                countAscii(c);
                options += isOption(text, i, length) ? 1 : 0;
            } else {
                int codePoint = Character.codePointAt(text, i, length);
                step = Character.charCount(codePoint);
                countOther(codePoint);
            }
        }
    }

    private void countAscii(char c) {
        int classes = ASCII[c];
        letters += classes & 1;
        scripts[0] += classes & 1;
        upper += (classes >>> 1) & 1;
        digits += (classes >>> 2) & 1;
        symbols += (classes >>> 3) & 1;
        questions += (classes >>> 4) & 1;
        codeSymbols += (classes >>> 5) & 1;
        mathSymbols += (classes >>> 6) & 1;
        markup += (classes >>> 7) & 1;
    }

    /** A letter that heads a choice: "A." or "A)" at the start of a line, or "(A)". */
    private static boolean isOption(char[] text, int i, int length) {
        if (text[i] < 'A' || text[i] > 'J' || i + 1 >= length || (text[i + 1] != '.' && text[i + 1] != ')')) {
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
                countWord(Lexicon.bits(reader.hash()));
            } else if (kind == WordReader.Kind.DIGITS) {
                numbers++;
            }
            kind = reader.next();
        }
        lines = window.length() == 0 ? 0 : reader.line();
        tokens += Math.max(0, lines - 1) * TokenEstimate.PER_LINE;
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

    private static int[] asciiClasses() {
        int[] classes = new int[128];
        for (char c = '!'; c < 127; c++) {
            int bits = Character.isLetter(c) ? 1 : Character.isDigit(c) ? 4 : 8;
            bits |= Character.isUpperCase(c) ? 2 : 0;
            bits |= c == '?' ? 16 : 0;
            bits |= CODE_SYMBOLS.indexOf(c) >= 0 ? 32 : 0;
            bits |= MATH_SYMBOLS.indexOf(c) >= 0 ? 64 : 0;
            bits |= MARKUP_SYMBOLS.indexOf(c) >= 0 ? 128 : 0;
            classes[c] = bits;
        }
        return classes;
    }
}
