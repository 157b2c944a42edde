package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.event.Message;

/** A number for how a prompt begins, alike for prompts that begin alike. It is kept nowhere and never logged. Pure. */
final class PromptPrefix {
    /** A few hundred tokens: long enough to tell conversations apart, short enough to be had for nothing. */
    static final int CHARACTERS = 1024;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private PromptPrefix() {}

    /** Of the first {@value #CHARACTERS} characters of messages, or prompt, in the order in which the model reads them. */
    static long hash(Dispatch dispatch) {
        long hash = FNV_OFFSET;
        int left = CHARACTERS;
        for (Message message : dispatch.getMessages()) {
            hash = add(hash, message.getRole(), left);
            hash = add(hash, message.getContent(), left);
            left -= Math.min(left, message.getContent().length());
        }
        String prompt = dispatch.getPrompt();
        return mix(prompt == null ? hash : add(hash, prompt, left));
    }

    static long hash(String text) {
        return mix(add(FNV_OFFSET, text, text.length()));
    }

    private static long add(long before, String text, int most) {
        long hash = before;
        for (int i = 0; i < Math.min(most, text.length()); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** Spreads what differs in few bits: the finaliser of MurmurHash3. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
