package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Prompts of planted topics: every second word is from the topic's list, the others are from one they share. */
final class TopicPrompts {
    static final List<List<String>> TOPICS = List.of(
            words("court judge contract tort plaintiff appeal statute verdict liability clause jury counsel"),
            words("atom photon quark energy momentum field wave particle charge mass spin orbit"),
            words("enzyme protein cell membrane gene ribosome mitosis tissue plasma neuron virus antibody"),
            words("loop array pointer compiler stack queue thread function variable recursion hash string"));
    private static final List<String> SHARED =
            words("the a of which is and for what to in following answer question explain why does one 2 3 4");

    private TopicPrompts() {}

    /** Topic {@code i % 4} at place {@code i}. */
    static List<Prompt> prompts(int count, long seed) {
        Random random = new Random(seed);
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int pairs = 8 + random.nextInt(12);
            for (int k = 0; k < pairs; k++) {
                text.append(any(SHARED, random)).append(' ');
                text.append(any(TOPICS.get(i % TOPICS.size()), random)).append(k % 5 == 4 ? ". " : " ");
            }
            prompts.add(Prompt.of(text.toString()));
        }
        return prompts;
    }

    private static String any(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }

    private static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }
}
