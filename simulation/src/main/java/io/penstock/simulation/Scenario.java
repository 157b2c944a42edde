package io.penstock.simulation;

import io.penstock.simulation.Conduct.Answer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What goes wrong. The <i>favourite</i> is the model that is best for most requests, the <i>dearest</i> the one that costs
 * most. Time is the share of the run that has passed; what breaks does so after a third of it.
 */
public enum Scenario {
    /** Nothing. */
    CALM(Change.NONE),
    /** Cards tell prices and nothing of quality, and the favourite is better than its price. */
    COLD_START(Change.NONE) {
        @Override
        boolean knowsQualities() {
            return false;
        }
    },
    /** The favourite takes twelve times as long, for a third of the run. */
    SLOW_MODEL(Change.WHILE) {
        @Override
        Conduct favourite(double time) {
            return during(time, Conduct.factors(1, 12, 1));
        }
    },
    /** The favourite fails every call at once, for a third of the run. */
    FAST_FAILURES(Change.WHILE) {
        @Override
        Conduct favourite(double time) {
            return during(time, Conduct.answering(Answer.REFUSED));
        }
    },
    /** The favourite swallows every call: no answer, no error, for a third of the run. */
    BLACK_HOLE(Change.WHILE) {
        @Override
        Conduct favourite(double time) {
            return during(time, Conduct.answering(Answer.LOST));
        }
    },
    /** The dearest model costs a tenth from a third of the run on. */
    PRICE_CUT(Change.FROM) {
        @Override
        Conduct dearest(double time) {
            return after(time, Conduct.factors(1, 1, 0.1));
        }
    },
    /** The favourite's answers are half as good from a third of the run on, and nobody says so. */
    SILENT_DROP(Change.FROM) {
        @Override
        Conduct favourite(double time) {
            return after(time, Conduct.factors(0.5, 1, 1));
        }
    },
    /** The favourite gets worse all the time, down to a half at the end. */
    DRIFT(Change.NONE) {
        @Override
        Conduct favourite(double time) {
            return Conduct.factors(1 - time / 2, 1, 1);
        }
    },
    /** Every verdict comes an hour late. */
    DELAYED_FEEDBACK(Change.NONE) {
        @Override
        Judging judging() {
            return new Judging(Duration.ofHours(1), 1, 1, 0, 1, 0);
        }
    },
    /** Seven answers in ten are never judged. */
    MISSING_FEEDBACK(Change.NONE) {
        @Override
        Judging judging() {
            return new Judging(Duration.ZERO, 0.3, 0.3, 0, 1, 0);
        }
    },
    /** Bad answers are judged three times as often as good ones; one answer in ten is audited. */
    BIASED_FEEDBACK(Change.NONE) {
        @Override
        Judging judging() {
            return new Judging(Duration.ZERO, 0.25, 0.75, 0.1, 1, 0);
        }
    },
    /** The favourite is not there before a third of the run has passed. */
    NEW_MODEL(Change.FROM) {
        @Override
        Conduct favourite(double time) {
            return time < FIRST ? Conduct.ABSENT : Conduct.CALM;
        }
    },
    /** A source calls every answer of the favourite worthless; no source may give more than a tenth of the verdicts. */
    POISONED_SOURCE(Change.NONE) {
        @Override
        Judging judging() {
            return new Judging(Duration.ZERO, 1, 1, 0, 0.1, 1);
        }
    },
    /** The learner stands still for an hour, from a third of the run on. */
    LEARNER_DOWN(Change.FROM) {
        @Override
        Duration learnerPause() {
            return Duration.ofHours(1);
        }
    };

    /** When what changes begins, and when what ends again ends. */
    static final double FIRST = 1.0 / 3;

    static final double SECOND = 2.0 / 3;

    /** Whether something changes at {@link #FIRST}. */
    private enum Change {
        NONE,
        FROM,
        WHILE
    }

    private final Change change;

    Scenario(Change change) {
        this.change = change;
    }

    /** The name in the report: small letters and dashes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is no such scenario */
    public static Scenario byId(String id) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown scenario '" + id + "'; the scenarios are "
                        + ids().stream().collect(Collectors.joining(", "))));
    }

    public static List<String> ids() {
        return Arrays.stream(values()).map(Scenario::id).toList();
    }

    Conduct favourite(double time) {
        return Conduct.CALM;
    }

    Conduct dearest(double time) {
        return Conduct.CALM;
    }

    Judging judging() {
        return Judging.CALM;
    }

    /** Whether cards say what quality to expect. */
    boolean knowsQualities() {
        return true;
    }

    /** How long the learner stands still after {@link #FIRST}. */
    Duration learnerPause() {
        return Duration.ZERO;
    }

    /** Whether there is a moment from which a policy has to recover. */
    boolean hasChange() {
        return change != Change.NONE;
    }

    /** Whether the change is undone at {@link #SECOND}. */
    boolean ends() {
        return change == Change.WHILE;
    }

    private static Conduct during(double time, Conduct conduct) {
        return time >= FIRST && time < SECOND ? conduct : Conduct.CALM;
    }

    private static Conduct after(double time, Conduct conduct) {
        return time >= FIRST ? conduct : Conduct.CALM;
    }
}
