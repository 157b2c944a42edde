package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;

/**
 * Facts that need no model: length, conversation shape, structure, script and language. One pass over at most 32,768
 * characters of the prompt (see {@link TextWindow}); counts of a longer one are scaled up to its full length, shares
 * are those of the part read. Stateless, safe for concurrent use.
 *
 * <p>Shares and scores lie in [0, 1]; an empty prompt has all zeros but {@code turns} and {@code tools}.
 */
public final class LexicalSignals {
    private static final List<String> LANGUAGES = List.of("lang.en", "lang.de", "lang.fr", "lang.es");
    private static final Signals.Names NAMES = new Signals.Names(names());

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of("characters", "tokens"));
        names.addAll(List.of("turns", "turns.user", "turns.assistant", "tools"));
        names.addAll(
                List.of("words", "lines", "questions", "options", "word_length", "digits", "symbols", "uppercase"));
        names.addAll(List.of("markup", "code", "math"));
        for (Scripts script : Scripts.values()) {
            names.add(script.signal());
        }
        names.addAll(LANGUAGES);
        return names;
    }

    /** Values in the order of the names, each put under its own. */
    private static final class Row {
        private final double[] values = new double[NAMES.size()];
        private int next;

        void put(String name, double value) {
            if (!NAMES.get(next).equals(name)) {
                throw new IllegalStateException("signal " + name + " is put where " + NAMES.get(next) + " belongs");
            }
            values[next++] = value;
        }
    }

    /** All signals of a prompt, always the same names in the same order. */
    public Signals of(Prompt prompt) {
        TextWindow window = prompt.reading().window();
        LexicalScan scan = prompt.reading().scan();
        double scale = scale(prompt, window);
        Row values = new Row();
        values.put("characters", (double) prompt.characters());
        values.put("tokens", Math.ceil(scan.tokens * scale));
        putConversation(values, prompt);
        putStructure(values, scan, scale);
        putLanguage(values, scan);
        return new Signals(NAMES, values.values);
    }

    /** About the tokens a byte-pair tokenizer makes of the prompt's text, without a chat template; 0 if empty. */
    public int estimatedTokens(Prompt prompt) {
        Prompt.Reading reading = prompt.reading();
        double tokens = reading.scan().tokens * scale(prompt, reading.window());
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(tokens));
    }

    static double scale(Prompt prompt, TextWindow window) {
        return Math.max(1.0, (double) prompt.characters() / Math.max(1, window.length()));
    }

    private static void putConversation(Row values, Prompt prompt) {
        int user = 0;
        int assistant = 0;
        for (Turn turn : prompt.turns()) {
            user += turn.role().equals("user") ? 1 : 0;
            assistant += turn.role().equals("assistant") ? 1 : 0;
        }
        values.put("turns", prompt.turns().size());
        values.put("turns.user", user);
        values.put("turns.assistant", assistant);
        values.put("tools", prompt.tools() ? 1.0 : 0.0);
    }

    private static void putStructure(Row values, LexicalScan scan, double scale) {
        int visible = scan.letters + scan.digits + scan.symbols;
        values.put("words", Math.ceil(scan.words * scale));
        values.put("lines", Math.ceil(scan.lines * scale));
        values.put("questions", Math.ceil(scan.questions * scale));
        values.put("options", Math.ceil(scan.options * scale));
        values.put("word_length", share(scan.letters, scan.words));
        values.put("digits", share(scan.digits, visible));
        values.put("symbols", share(scan.symbols, visible));
        values.put("uppercase", share(scan.upper, scan.letters));
        values.put("markup", markupScore(scan));
        values.put("code", codeScore(scan));
        values.put("math", mathScore(scan));
    }

    private static void putLanguage(Row values, LexicalScan scan) {
        for (Scripts script : Scripts.values()) {
            values.put(script.signal(), share(scan.scripts[script.slot()], scan.letters));
        }
        for (int i = 0; i < LANGUAGES.size(); i++) {
            values.put(LANGUAGES.get(i), share(scan.languages[i], scan.words));
        }
    }

    /** Symbols and keywords of programs against the words: 0 in prose, near 1 in source code. */
    static double codeScore(LexicalScan scan) {
        return saturate(scan.codeSymbols + 2.0 * scan.codeWords, scan.words + scan.numbers);
    }

    /** Operators, numbers and words of mathematics against all words. */
    static double mathScore(LexicalScan scan) {
        return saturate(scan.mathSymbols + scan.numbers + 2.0 * scan.mathWords, scan.words + scan.numbers);
    }

    /** Backslashes, dollars, braces, carets and underscores, as in LaTeX, against the words. */
    static double markupScore(LexicalScan scan) {
        return saturate(scan.markup, scan.words);
    }

    private static double saturate(double evidence, double size) {
        return evidence == 0 ? 0 : evidence / (evidence + size);
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
