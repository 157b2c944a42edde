package io.penstock.feature;

/**
 * A 128-bit hash of everything in a prompt that a vector may depend on, under an extractor's hash: two independent
 * 64-bit multiply-and-mix chains over the UTF-16 units. Not cryptographic: who can choose prompts freely could build a
 * collision, and would gain another prompt's features, never its text.
 */
record PromptKey(long high, long low) {

    static PromptKey of(Prompt prompt, String extractorHash) {
        Chains chains = new Chains();
        chains.add(extractorHash);
        chains.add(prompt.tools() ? 1 : 2);
        for (Turn turn : prompt.turns()) {
            chains.add(turn.role());
            chains.add(turn.text());
        }
        return new PromptKey(WordReader.mix(chains.high), WordReader.mix(chains.low));
    }

    private static final class Chains {
        private long high = 0x9E3779B97F4A7C15L;
        private long low = 0xC2B2AE3D27D4EB4FL;

        void add(String text) {
            // The length first, so that moving a character from one turn to the next changes the hash.
            add(text.length());
            int i = 0;
            for (; i + 4 <= text.length(); i += 4) {
                add(text.charAt(i)
                        | ((long) text.charAt(i + 1) << 16)
                        | ((long) text.charAt(i + 2) << 32)
                        | ((long) text.charAt(i + 3) << 48));
            }
            for (; i < text.length(); i++) {
                add(text.charAt(i));
            }
        }

        void add(long block) {
            high = Long.rotateLeft((high ^ block) * 0x87C37B91114253D5L, 31) + 0x52DCE729;
            low = Long.rotateLeft((low ^ block) * 0x4CF5AD432745937FL, 33) + 0x38495AB5;
        }
    }
}
