package io.penstock.feature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Prompts that break careless text code, by name. */
final class Nasty {
    private Nasty() {}

    static Map<String, Prompt> prompts() {
        Map<String, Prompt> prompts = new LinkedHashMap<>();
        prompts.put("no turns", new Prompt(List.of(), true));
        prompts.put("many empty turns", new Prompt(java.util.Collections.nCopies(10_000, new Turn("", "")), false));
        texts().forEach((name, text) -> prompts.put(name, Prompt.of(text)));
        return prompts;
    }

    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("empty", "");
        texts.put("whitespace", " \t\r\n\u00A0\u2003\u3000\u0085\u2028".repeat(1000));
        texts.put("2M letters", "a".repeat(2_000_000));
        texts.put("2M words", "lorem ipsum ".repeat(166_667));
        texts.put("2M lines", "\n".repeat(2_000_000));
        texts.put("2M digits", "7".repeat(2_000_000));
        texts.put("high surrogates", "\uD800".repeat(1000) + "a\uD83D");
        texts.put("low surrogates", "\uDC00 x ".repeat(1000));
        texts.put("NUL", "a\0b\0\0".repeat(1000));
        texts.put("BOM", "\uFEFFWhat is\uFEFF this?");
        texts.put("right to left", "\u200F\u202Eabc\u202C \u2067שלום\u2069 مرحبا");
        texts.put("combining marks", "e" + "\u0301".repeat(200_000));
        texts.put("only marks", "\u0489".repeat(200_000));
        texts.put("emoji", "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽".repeat(5000));
        texts.put("astral letters", "𝒜𝓑 𠜎𠜱 𐍈".repeat(5000));
        texts.put("escapes", "\u001B[31m${env:SECRET} ${jndi:ldap://x} \r\nINFO forged");
        texts.put("base64", "iVBORw0KGgoAAAANSUhEUgAA".repeat(20_000));
        texts.put("json", "{\"a\":[".repeat(20_000));
        texts.put("every script", everyScript());
        texts.put("every UTF-16 unit", everyUnit());
        texts.put("random units, seed 7", random(7));
        return texts;
    }

    private static String everyScript() {
        Map<Character.UnicodeScript, List<Integer>> letters = new LinkedHashMap<>();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (Character.isLetter(c)) {
                List<Integer> some = letters.computeIfAbsent(Character.UnicodeScript.of(c), s -> new ArrayList<>());
                if (some.size() < 20) {
                    some.add(c);
                }
            }
        }
        StringBuilder text = new StringBuilder();
        letters.values().forEach(some -> {
            some.forEach(text::appendCodePoint);
            text.append(' ');
        });
        return text.toString();
    }

    private static String everyUnit() {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c <= 0xFFFF; c++) {
            text.append((char) c);
        }
        return text.toString();
    }

    private static String random(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append((char) random.nextInt(0x10000));
        }
        return text.toString();
    }
}
