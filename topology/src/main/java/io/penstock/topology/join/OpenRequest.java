package io.penstock.topology.join;

import io.penstock.event.Decision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request that has no terminal event yet.
 *
 * @param expiresAt when it expires as a whole, milliseconds; {@link Long#MAX_VALUE} = never
 * @param attempts in the order in which their decisions came
 * @param voided later decisions under the same identity
 * @param settledNanos what its completed attempts cost
 * @param unreportedNanos the part of it that no route event has told route yet
 * @param lastError why the last attempt failed; null if none has
 * @param ladder what its answer must pass; null = every answer is taken
 */
record OpenRequest(
        Address address,
        long expiresAt,
        Reply reply,
        List<Attempt> attempts,
        List<Voided> voided,
        long settledNanos,
        long unreportedNanos,
        @Nullable String lastError,
        @Nullable Ladder ladder) {
    /** A client that keeps reusing an id must not make its request grow without end. */
    private static final int MAX_VOIDED = 16;

    OpenRequest {
        attempts = List.copyOf(attempts);
        voided = List.copyOf(voided);
    }

    static OpenRequest of(Decision decision) {
        long expiry = decision.getExpiresAt() == null
                ? Long.MAX_VALUE
                : Math.max(0, decision.getExpiresAt().toEpochMilli());
        return new OpenRequest(
                Address.of(decision),
                expiry,
                Reply.of(decision),
                List.of(),
                List.of(),
                0,
                0,
                null,
                Ladder.of(decision));
    }

    @Nullable
    Attempt attempt(String decisionId) {
        for (Attempt attempt : attempts) {
            if (attempt.decisionId().equals(decisionId)) {
                return attempt;
            }
        }
        return null;
    }

    boolean hasNumber(int number) {
        return attempts.stream().anyMatch(attempt -> attempt.number() == number);
    }

    /** The highest attempt dispatched; 0 if none was. */
    int lastNumber() {
        return attempts.stream().mapToInt(Attempt::number).max().orElse(0);
    }

    /** What the request may have cost beyond what is settled. */
    long inDoubtNanos() {
        return attempts.stream().mapToLong(Attempt::inDoubtNanos).sum();
    }

    OpenRequest add(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.add(attempt);
        return withAttempts(all);
    }

    OpenRequest replace(Attempt changed) {
        return withAttempts(attempts.stream()
                .map(attempt -> attempt.decisionId().equals(changed.decisionId()) ? changed : attempt)
                .toList());
    }

    private OpenRequest withAttempts(List<Attempt> all) {
        return new OpenRequest(
                address, expiresAt, reply, all, voided, settledNanos, unreportedNanos, lastError, ladder);
    }

    OpenRequest withVoided(List<Voided> all) {
        List<Voided> latest = all.size() > MAX_VOIDED ? all.subList(all.size() - MAX_VOIDED, all.size()) : all;
        return new OpenRequest(
                address, expiresAt, reply, attempts, latest, settledNanos, unreportedNanos, lastError, ladder);
    }

    OpenRequest settled(long costNanos) {
        return new OpenRequest(
                address,
                expiresAt,
                reply,
                attempts,
                voided,
                settledNanos + costNanos,
                unreportedNanos + costNanos,
                lastError,
                ladder);
    }

    OpenRequest failed(String error) {
        return new OpenRequest(
                address, expiresAt, reply, attempts, voided, settledNanos, unreportedNanos, error, ladder);
    }

    /** After a route event that told the cost. */
    OpenRequest reported() {
        return new OpenRequest(address, expiresAt, reply, attempts, voided, settledNanos, 0, lastError, ladder);
    }

    OpenRequest withLadder(Ladder changed) {
        return new OpenRequest(
                address, expiresAt, reply, attempts, voided, settledNanos, unreportedNanos, lastError, changed);
    }
}
