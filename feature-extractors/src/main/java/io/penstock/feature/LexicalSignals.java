package io.penstock.feature;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Facts that need no model: length, conversation shape, structure, script and language. One pass over at most 32,768
 * characters of the prompt (see {@link TextWindow}); counts of a longer one are scaled up to its full length, shares
 * are those of the part read. Stateless, safe for concurrent use.
 *
 * <p>Shares and scores lie in [0, 1]; an empty prompt has all zeros but {@code turns} and {@code tools}.
 */
public final class LexicalSignals {

    /** All signals of a prompt, always the same names in the same order. */
    public Signals of(Prompt prompt) {
        TextWindow window = prompt.reading().window();
        LexicalScan scan = prompt.reading().scan();
        double scale = scale(prompt, window);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("characters", (double) prompt.characters());
        values.put("tokens", Math.ceil(scan.tokens * scale));
        putConversation(values, prompt);
        putStructure(values, scan, scale);
        putLanguage(values, scan);
        return new Signals(values);
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

    private static void putConversation(Map<String, Double> values, Prompt prompt) {
        int user = 0;
        int assistant = 0;
        for (Turn turn : prompt.turns()) {
            user += turn.role().equals("user") ? 1 : 0;
            assistant += turn.role().equals("assistant") ? 1 : 0;
        }
        values.put("turns", (double) prompt.turns().size());
        values.put("turns.user", (double) user);
        values.put("turns.assistant", (double) assistant);
        values.put("tools", prompt.tools() ? 1.0 : 0.0);
    }

    private static void putStructure(Map<String, Double> values, LexicalScan scan, double scale) {
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

    private static void putLanguage(Map<String, Double> values, LexicalScan scan) {
        for (Scripts script : Scripts.values()) {
            values.put("script." + script.label(), share(scan.scripts[script.slot()], scan.letters));
        }
        String[] languages = {"en", "de", "fr", "es"};
        for (int i = 0; i < languages.length; i++) {
            values.put("lang." + languages[i], share(scan.languages[i], scan.words));
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
