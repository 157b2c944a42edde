package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import io.penstock.event.Parameters;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a call may take, where the dispatch, its parameters and the card each have a say. All methods are pure. */
public final class CallLimits {
    private static final long DEFAULT_TIMEOUT_MS = 60_000;
    private static final int DEFAULT_OUTPUT_TOKENS = 1024;

    private CallLimits() {}

    /** The shorter of the dispatch's and the card's call timeout, milliseconds; what is not above 0 has no say. */
    public static long timeoutMs(Dispatch dispatch, @Nullable ModelCard card) {
        long ofCard = card == null ? 0 : card.getCallTimeoutMs();
        return smallest(DEFAULT_TIMEOUT_MS, dispatch.getCallTimeoutMs(), ofCard);
    }

    /** The smaller of the dispatch's limit and what the client asked for; the card's if neither says anything. */
    public static int maxOutputTokens(Dispatch dispatch, ModelCard card) {
        Parameters parameters = dispatch.getParameters();
        Integer asked = parameters == null ? null : parameters.getMaxOutputTokens();
        long ofCard = card.getMaxOutputTokens() > 0 ? card.getMaxOutputTokens() : DEFAULT_OUTPUT_TOKENS;
        return Math.toIntExact(smallest(ofCard, dispatch.getMaxOutputTokens(), asked == null ? 0 : asked));
    }

    private static long smallest(long otherwise, long... limits) {
        return LongStream.of(limits).filter(limit -> limit > 0).min().orElse(otherwise);
    }
}
