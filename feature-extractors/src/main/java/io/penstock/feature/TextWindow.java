package io.penstock.feature;

import java.util.List;

/**
 * The part of a prompt that the lexical and n-gram tiers read: all of it up to {@link #LIMIT} characters, else the
 * first three quarters of that from the start of the conversation and the last quarter from its end, which hold the
 * task and the latest question. Turns are joined by a line feed. So cost and memory don't grow with the prompt.
 */
final class TextWindow {
    static final int LIMIT = 32_768;
    private static final int HEAD = LIMIT / 4 * 3;

    private static final int OPENING_LIMIT = 1024;

    private final char[] text;
    private int length;

    private TextWindow(char[] text) {
        this.text = text;
    }

    static TextWindow of(Prompt prompt) {
        List<Turn> turns = prompt.turns();
        long total = prompt.characters() + Math.max(0, turns.size() - 1);
        TextWindow window = new TextWindow(new char[(int) Math.min(total, LIMIT)]);
        if (total <= LIMIT) {
            window.appendFirst(turns, LIMIT);
        } else {
            window.appendFirst(turns, HEAD);
            window.appendLast(turns);
        }
        return window;
    }

    /**
     * The first line that is not blank of the last user turn (of the last turn, if no user speaks): the task at hand. A
     * system prompt, the same for all requests of a client, says nothing about it. At most 1,024 characters.
     */
    static TextWindow opening(Prompt prompt) {
        String turn = "";
        boolean user = false;
        for (Turn candidate : prompt.turns()) {
            boolean byUser = candidate.role().equals("user");
            turn = byUser || !user ? candidate.text() : turn;
            user |= byUser;
        }
        int start = 0;
        while (start < turn.length() && start < LIMIT && turn.charAt(start) <= ' ') {
            start++;
        }
        int most = Math.min(turn.length(), start + OPENING_LIMIT);
        int end = start;
        while (end < most && turn.charAt(end) != '\n') {
            end++;
        }
        TextWindow window = new TextWindow(new char[end - start]);
        window.append(turn, start, end - start);
        return window;
    }

    char[] text() {
        return text;
    }

    int length() {
        return length;
    }

    private void appendFirst(List<Turn> turns, int limit) {
        for (Turn turn : turns) {
            if (length >= limit) {
                return;
            }
            if (length > 0) {
                text[length++] = '\n';
            }
            append(turn.text(), 0, limit - length);
        }
    }

    private void appendLast(List<Turn> turns) {
        int room = LIMIT - length;
        int first = turns.size();
        long held = 0;
        while (first > 0 && held < room) {
            first--;
            held += turns.get(first).text().length() + 1L;
        }
        // The oldest of the last turns is cut at its front.
        int skip = (int) Math.max(0, held - room);
        for (int i = first; i < turns.size(); i++) {
            String turn = turns.get(i).text();
            if (length < LIMIT) {
                text[length++] = '\n';
            }
            append(turn, Math.min(skip, turn.length()), LIMIT - length);
            skip = 0;
        }
    }

    private void append(String turn, int from, int most) {
        int to = (int) Math.min(turn.length(), from + (long) most);
        turn.getChars(from, to, text, length);
        length += to - from;
    }
}
