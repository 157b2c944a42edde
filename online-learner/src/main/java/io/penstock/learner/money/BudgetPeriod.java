package io.penstock.learner.money;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How time is cut into periods of a budget, in UTC: calendar months and years (P1M, P3M, P1Y), or any length from a second
 * up (PT15S, PT1H, P1D, P1W), cut from Monday 1970-01-05.
 */
public final class BudgetPeriod {
    private static final long SHORTEST_MILLIS = 1000;
    private static final long LONGEST_MILLIS = Duration.ofDays(3660).toMillis();
    private static final int MOST_MONTHS = 120;
    private static final int MONTHS = 12;
    private static final int DAYS = 7;
    private static final Pattern CALENDAR = Pattern.compile("P(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?");
    private static final Pattern WEEKS = Pattern.compile("P([0-9]{1,4})W");
    private static final long MONDAY = Duration.ofDays(4).toMillis();

    private final String text;
    private final int months;
    private final long millis;

    private BudgetPeriod(String text, int months, long millis) {
        this.text = text;
        this.months = months;
        this.millis = millis;
    }

    /**
     * Reads an ISO-8601 period or duration.
     *
     * @throws IllegalArgumentException that says what would be right
     */
    public static BudgetPeriod parse(String text) {
        Matcher calendar = CALENDAR.matcher(text);
        Matcher weeks = WEEKS.matcher(text);
        try {
            if (calendar.matches() && text.length() > 1) {
                int months = MONTHS * number(calendar.group(1)) + number(calendar.group(2));
                if (months < 1 || months > MOST_MONTHS) {
                    throw bad(text);
                }
                return new BudgetPeriod(text, months, 0);
            }
            return fixed(
                    text,
                    weeks.matches() ? Duration.ofDays((long) DAYS * number(weeks.group(1))) : Duration.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(bad(text).getMessage(), e);
        }
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static BudgetPeriod fixed(String text, Duration length) {
        long millis = length.toMillis();
        if (millis < SHORTEST_MILLIS || millis > LONGEST_MILLIS) {
            throw bad(text);
        }
        return new BudgetPeriod(text, 0, millis);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "period must be whole months up to P120M, or a duration from PT1S to P3660D, like PT1H, P1D, P1W, P1M,"
                        + " but is '" + text + "'");
    }

    /**
     * The period that a moment lies in.
     *
     * @param now epoch milliseconds, not negative
     */
    public Span at(long now) {
        if (months == 0) {
            long start = Math.floorDiv(now - MONDAY, millis) * millis + MONDAY;
            return new Span(start, start + millis);
        }
        ZonedDateTime time = Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC);
        int month = time.getYear() * MONTHS + time.getMonthValue() - 1;
        int first = Math.floorDiv(month, months) * months;
        return new Span(startOf(first), startOf(first + months));
    }

    private static long startOf(int month) {
        return ZonedDateTime.of(
                        Math.floorDiv(month, MONTHS), Math.floorMod(month, MONTHS) + 1, 1, 0, 0, 0, 0, ZoneOffset.UTC)
                .toInstant()
                .toEpochMilli();
    }

    /** Names a period in keys: an ISO-8601 interval, start/length. */
    public String name(Span span) {
        return Instant.ofEpochMilli(span.start()) + "/" + text;
    }

    @Override
    public String toString() {
        return text;
    }
}
