package io.penstock.feature;

/** Counts of one pass over a prompt's window. Not for reuse: one object, one scan. */
final class LexicalScan {
    private static final String CODE_SYMBOLS = "{}[]();=<>_`#&|@";
    private static final String MATH_SYMBOLS = "+-*/^=<>\\$%";

    /** A bit for each thing an ASCII character counts as: letter, upper, digit, symbol, question, code, mathematics. */
    private static final byte[] ASCII = asciiClasses();

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
    int codeWords;
    int mathWords;
    int inquiries;
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
        inquiries += (bits & Lexicon.INQUIRY) != 0 ? 1 : 0;
    }

    private static byte[] asciiClasses() {
        byte[] classes = new byte[128];
        for (char c = '!'; c < 127; c++) {
            int bits = Character.isLetter(c) ? 1 : Character.isDigit(c) ? 4 : 8;
            bits |= Character.isUpperCase(c) ? 2 : 0;
            bits |= c == '?' ? 16 : 0;
            bits |= CODE_SYMBOLS.indexOf(c) >= 0 ? 32 : 0;
            bits |= MATH_SYMBOLS.indexOf(c) >= 0 ? 64 : 0;
            classes[c] = (byte) bits;
        }
        return classes;
    }
}
