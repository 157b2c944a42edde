package io.penstock.feature;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.Map;

/** The scripts that are told apart; every other one is {@link #OTHER}. The order is that of the signals. */
enum Scripts {
    LATIN(0, "latin"),
    CYRILLIC(1, "cyrillic"),
    GREEK(2, "greek"),
    HAN(3, "han"),
    KANA(4, "kana"),
    HANGUL(5, "hangul"),
    ARABIC(6, "arabic"),
    HEBREW(7, "hebrew"),
    DEVANAGARI(8, "devanagari"),
    THAI(9, "thai"),
    OTHER(10, "other");

    private static final Map<UnicodeScript, Scripts> BY_SCRIPT = byScript();

    private final int slot;
    private final String signal;

    Scripts(int slot, String label) {
        this.slot = slot;
        this.signal = "script." + label;
    }

    /** Where its letters are counted. */
    int slot() {
        return slot;
    }

    /** The name of the signal that says its share. */
    String signal() {
        return signal;
    }

    static Scripts of(int codePoint) {
        return codePoint < 128 ? LATIN : BY_SCRIPT.getOrDefault(UnicodeScript.of(codePoint), OTHER);
    }

    /** Whether words of the letter's script are not parted by spaces. */
    static boolean unspaced(int codePoint) {
        if (codePoint < 0x0E00) {
            return false;
        }
        Scripts script = of(codePoint);
        return script == HAN
                || script == KANA
                || script == THAI
                || UnicodeScript.of(codePoint) == UnicodeScript.KHMER
                || UnicodeScript.of(codePoint) == UnicodeScript.LAO
                || UnicodeScript.of(codePoint) == UnicodeScript.MYANMAR;
    }

    private static Map<UnicodeScript, Scripts> byScript() {
        Map<UnicodeScript, Scripts> map = new EnumMap<>(UnicodeScript.class);
        map.put(UnicodeScript.LATIN, LATIN);
        map.put(UnicodeScript.CYRILLIC, CYRILLIC);
        map.put(UnicodeScript.GREEK, GREEK);
        map.put(UnicodeScript.HAN, HAN);
        map.put(UnicodeScript.HIRAGANA, KANA);
        map.put(UnicodeScript.KATAKANA, KANA);
        map.put(UnicodeScript.HANGUL, HANGUL);
        map.put(UnicodeScript.ARABIC, ARABIC);
        map.put(UnicodeScript.HEBREW, HEBREW);
        map.put(UnicodeScript.DEVANAGARI, DEVANAGARI);
        map.put(UnicodeScript.THAI, THAI);
        return map;
    }
}
