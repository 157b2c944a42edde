package io.penstock.topology.join;

import io.penstock.event.FeatureVector;
import io.penstock.event.ResponseKind;
import io.penstock.event.Trial;
import io.penstock.topology.Hash64;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a request after its terminal event, for the feedback horizon: enough to judge feedback, to settle
 * attempts in doubt and to recognise duplicates, in at most {@link ClosedCodec#limit} bytes.
 *
 * @param addressHash {@link Address#hash}
 * @param address needed only while an attempt is in doubt, else null
 * @param answer null unless it was answered, or if it had to make room
 * @param scopes those the decisions learn for
 * @param features one vector for all attempts that share it; null if nothing can be learned any more, or to make room
 * @param verdicts feedback judged so far
 * @param passedOver attempts that answered too, but not surely enough; those too may be judged
 */
record Closed(
        ResponseKind kind,
        long closedAt,
        long addressHash,
        @Nullable Address address,
        List<Past> attempts,
        @Nullable Answer answer,
        List<String> scopes,
        @Nullable FeatureVector features,
        List<Verdict> verdicts,
        List<Voided> voided,
        List<Judged> passedOver)
        implements State {

    /**
     * One attempt.
     *
     * @param sharesFeatures whether its vector is the one remembered
     */
    record Past(
            long decisionHash, int number, boolean inDoubt, boolean sharesFeatures, double propensity, long decidedAt) {
        Past {
            // Only a completion still to come needs them.
            propensity = inDoubt ? propensity : 0;
            decidedAt = inDoubt ? decidedAt : 0;
        }
    }

    /** The attempt that answered. */
    record Answer(String decisionId, int number, String model, double propensity, long decidedAt, List<Trial> trials) {
        Answer {
            trials = List.copyOf(trials);
        }

        /** That took part in no experiment. */
        Answer(String decisionId, int number, String model, double propensity, long decidedAt) {
            this(decisionId, number, model, propensity, decidedAt, List.of());
        }
    }

    /** An answer that verdicts may be about, and the scopes that learn from them. */
    record Judged(Answer answer, List<String> scopes) {
        Judged {
            scopes = List.copyOf(scopes);
        }
    }

    Closed {
        attempts = List.copyOf(attempts);
        scopes = List.copyOf(scopes);
        verdicts = List.copyOf(verdicts);
        voided = List.copyOf(voided);
        passedOver = List.copyOf(passedOver);
    }

    static Closed of(ResponseKind kind, OpenRequest request, @Nullable Attempt answered, long now) {
        Attempt shared = answered;
        boolean inDoubt = false;
        for (Attempt attempt : request.attempts()) {
            inDoubt |= attempt.open();
            if (shared == null && attempt.open()) {
                shared = attempt;
            }
        }
        FeatureVector features = shared == null ? null : shared.basis().features();
        List<Past> past = new ArrayList<>();
        request.attempts().forEach(attempt -> past.add(past(attempt, features)));
        return new Closed(
                        kind,
                        now,
                        request.address().hash(),
                        inDoubt ? request.address() : null,
                        past,
                        answered == null ? null : answer(answered),
                        shared == null ? List.of() : shared.basis().scopes(),
                        features,
                        List.of(),
                        request.voided(),
                        answered == null ? List.of() : passedOver(request, answered))
                .fitted();
    }

    private static List<Judged> passedOver(OpenRequest request, Attempt answered) {
        Ladder ladder = request.ladder();
        return ladder == null
                ? List.of()
                : request.attempts().stream()
                        .filter(attempt ->
                                !attempt.equals(answered) && ladder.passed().contains(attempt.decisionId()))
                        .map(attempt ->
                                new Judged(answer(attempt), attempt.basis().scopes()))
                        .toList();
    }

    private static Past past(Attempt attempt, @Nullable FeatureVector shared) {
        return new Past(
                Hash64.of(attempt.decisionId()),
                attempt.number(),
                attempt.open(),
                Objects.equals(attempt.basis().features(), shared),
                attempt.basis().propensity(),
                attempt.basis().decidedAt());
    }

    private static Answer answer(Attempt attempt) {
        return new Answer(
                attempt.decisionId(),
                attempt.number(),
                attempt.model(),
                attempt.basis().propensity(),
                attempt.basis().decidedAt(),
                attempt.basis().trials());
    }

    @Nullable
    Past attempt(String decisionId) {
        long hash = Hash64.of(decisionId);
        for (Past attempt : attempts) {
            if (attempt.decisionHash() == hash) {
                return attempt;
            }
        }
        return null;
    }

    /** The answer that a verdict on this decision is about, or without one the client's; null if that is not known. */
    @Nullable
    Judged judgedBy(@Nullable String decisionId) {
        if (answer != null && (decisionId == null || answer.decisionId().equals(decisionId))) {
            return new Judged(answer, scopes);
        }
        return passedOver.stream()
                .filter(one -> one.answer().decisionId().equals(decisionId))
                .findFirst()
                .orElse(null);
    }

    @Nullable
    Verdict verdict(String feedbackId) {
        long hash = Hash64.of(feedbackId);
        for (Verdict verdict : verdicts) {
            if (verdict.idHash() == hash) {
                return verdict;
            }
        }
        return null;
    }

    boolean hasNumber(int number) {
        return attempts.stream().anyMatch(attempt -> attempt.number() == number);
    }

    /** With another attempt that nobody waits for, but whose cost will come. */
    Closed add(Attempt attempt, Address at) {
        FeatureVector shared =
                features == null && answer == null ? attempt.basis().features() : features;
        List<Past> all = new ArrayList<>(attempts);
        all.add(past(attempt, shared));
        List<String> known = scopes.isEmpty() ? attempt.basis().scopes() : scopes;
        return new Closed(kind, closedAt, addressHash, at, all, answer, known, shared, verdicts, voided, passedOver)
                .fitted();
    }

    /** After the completion of an attempt that was in doubt. */
    Closed settled(Past settled) {
        List<Past> all = new ArrayList<>();
        boolean inDoubt = false;
        for (Past attempt : attempts) {
            boolean open = attempt.inDoubt() && attempt.decisionHash() != settled.decisionHash();
            inDoubt |= open;
            all.add(new Past(
                    attempt.decisionHash(),
                    attempt.number(),
                    open,
                    attempt.sharesFeatures(),
                    attempt.propensity(),
                    attempt.decidedAt()));
        }
        boolean learns = inDoubt || answer != null;
        return new Closed(
                kind,
                closedAt,
                addressHash,
                inDoubt ? address : null,
                all,
                answer,
                learns ? scopes : List.of(),
                learns ? features : null,
                verdicts,
                voided,
                passedOver);
    }

    Closed withVerdicts(List<Verdict> all) {
        return new Closed(
                kind, closedAt, addressHash, address, attempts, answer, scopes, features, all, voided, passedOver);
    }

    Closed withVoided(List<Voided> all) {
        return new Closed(
                kind, closedAt, addressHash, address, attempts, answer, scopes, features, verdicts, all, passedOver);
    }

    boolean fits() {
        return ClosedCodec.encode(this).length <= ClosedCodec.limit(this);
    }

    /** Gives up what matters least until it fits: voided decisions, then the vector, then learning, then attempts. */
    private Closed fitted() {
        Closed smaller = this;
        while (!smaller.fits() && !smaller.voided.isEmpty()) {
            smaller = smaller.withVoided(smaller.voided.subList(1, smaller.voided.size()));
        }
        if (!smaller.fits()) {
            smaller = smaller.without(attempts, answer, scopes, null);
        }
        if (!smaller.fits()) {
            smaller = smaller.without(attempts, null, List.of(), null);
        }
        List<Past> latest = attempts;
        while (!smaller.fits() && latest.size() > 1) {
            latest = latest.subList(1, latest.size());
            smaller = smaller.without(latest, null, List.of(), null);
        }
        return smaller;
    }

    private Closed without(
            List<Past> past, @Nullable Answer answered, List<String> known, @Nullable FeatureVector vector) {
        List<Judged> others = answered == null ? List.of() : passedOver;
        return new Closed(
                kind, closedAt, addressHash, address, past, answered, known, vector, verdicts, voided, others);
    }
}
