package io.penstock.topology.join;

import io.penstock.event.Cancel;
import io.penstock.event.Completion;
import io.penstock.event.Feedback;
import io.penstock.event.Signal;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * The stored form of a life that is not closed. Waiting events are kept as framed Avro: a completion has a text that may
 * be large, and schemas evolve.
 */
final class LifeCodec {
    private static final int VERSION = 1;
    // With the trials of each attempt; a request that takes part in no experiment is written as before.
    private static final int WITH_TRIALS = 2;
    // The same with what the answer must pass.
    private static final int WITH_LADDER = 3;

    private enum Tag {
        UNKNOWN,
        HELD,
        IN_FLIGHT,
        REROUTING
    }

    private enum Kind {
        COMPLETION,
        SIGNAL
    }

    private final EventCodec codec;

    LifeCodec(EventCodec codec) {
        this.codec = codec;
    }

    /** Of a closed request, only what waits is written: {@link ClosedCodec} has the rest. */
    byte[] encode(Identity identity, Life life) {
        StateWriter out = new StateWriter();
        int version = life.state() instanceof State.Open any ? version(any.request()) : VERSION;
        out.writeByte(version);
        if (life.state() instanceof State.Open open) {
            out.writeEnum(Tag.values(), tag(open));
            write(out, open.request(), version);
            if (open instanceof State.Rerouting rerouting) {
                out.writeVar(rerouting.decideBy());
            }
        } else {
            out.writeEnum(Tag.values(), Tag.UNKNOWN);
        }
        out.writeList(life.waiting(), waiting -> write(out, identity, waiting));
        return out.toBytes();
    }

    Life decode(Identity identity, byte[] bytes) {
        boolean later = bytes.length > 0 && (bytes[0] == WITH_TRIALS || bytes[0] == WITH_LADDER);
        int version = later ? bytes[0] : VERSION;
        return StateReader.read("The life of " + identity, version, bytes, in -> {
            State state = readState(in, identity, version);
            return new Life(state, in.readList(() -> readWaiting(in)));
        });
    }

    private static int version(OpenRequest request) {
        if (request.ladder() != null) {
            return WITH_LADDER;
        }
        boolean trials = request.attempts().stream()
                .anyMatch(attempt -> !attempt.basis().trials().isEmpty());
        return trials ? WITH_TRIALS : VERSION;
    }

    private static Tag tag(State.Open open) {
        if (open instanceof State.Held) {
            return Tag.HELD;
        }
        return open instanceof State.InFlight ? Tag.IN_FLIGHT : Tag.REROUTING;
    }

    private State readState(StateReader in, Identity identity, int version) {
        Tag tag = in.readEnum(Tag.values());
        if (tag == Tag.UNKNOWN) {
            return new State.Unknown();
        }
        OpenRequest request = readRequest(in, identity, version);
        return switch (tag) {
            case HELD -> new State.Held(request);
            case IN_FLIGHT -> new State.InFlight(request);
            case REROUTING -> new State.Rerouting(request, in.readVar());
            case UNKNOWN -> throw new AssertionError("returned above");
        };
    }

    private void write(StateWriter out, OpenRequest request, int version) {
        ClosedCodec.write(out, request.address());
        out.writeVar(request.expiresAt());
        out.writeOptionalText(request.reply().replyTo());
        out.writeOptionalText(request.reply().batchId());
        out.writeTexts(request.reply().attributes());
        out.writeList(request.attempts(), attempt -> write(out, attempt, version != VERSION));
        out.writeList(request.voided(), voided -> ClosedCodec.write(out, voided));
        out.writeVar(request.settledNanos());
        out.writeVar(request.unreportedNanos());
        out.writeOptionalText(request.lastError());
        Ladder ladder = request.ladder();
        if (ladder != null) {
            out.writeText(ladder.signal());
            out.writeDouble(ladder.below());
            out.writeVar(ladder.left());
            out.writeOptional(ladder.kept(), kept -> out.writeBytes(codec.encode(kept)));
            out.writeList(ladder.passed(), out::writeText);
        }
    }

    private Ladder readLadder(StateReader in) {
        return new Ladder(
                in.readText(),
                in.readDouble(),
                in.readInt(),
                in.readOptional(() -> codec.decode(Completion.class, in.readBytes())),
                in.readList(in::readText));
    }

    private OpenRequest readRequest(StateReader in, Identity identity, int version) {
        return new OpenRequest(
                ClosedCodec.readAddress(in, identity),
                in.readVar(),
                new Reply(in.readOptionalText(), in.readOptionalText(), in.readTexts()),
                in.readList(() -> readAttempt(in, version != VERSION)),
                in.readList(() -> ClosedCodec.readVoided(in, identity)),
                in.readVar(),
                in.readVar(),
                in.readOptionalText(),
                version == WITH_LADDER ? readLadder(in) : null);
    }

    private static void write(StateWriter out, Attempt attempt, boolean trials) {
        out.writeText(attempt.decisionId());
        out.writeVar(attempt.number());
        out.writeText(attempt.model());
        out.writeDouble(attempt.basis().propensity());
        out.writeVar(attempt.basis().decidedAt());
        out.writeList(attempt.basis().scopes(), out::writeText);
        out.writeOptional(attempt.basis().features(), features -> ClosedCodec.write(out, features));
        if (trials) {
            ClosedCodec.writeTrials(out, attempt.basis().trials());
        }
        out.writeVar(attempt.reservedNanos());
        out.writeVar(attempt.leaseEnd());
        out.writeEnum(Attempt.Progress.values(), attempt.progress());
    }

    private static Attempt readAttempt(StateReader in, boolean trials) {
        return new Attempt(
                in.readText(),
                in.readInt(),
                in.readText(),
                new Basis(
                        in.readDouble(),
                        in.readVar(),
                        in.readList(in::readText),
                        in.readOptional(() -> ClosedCodec.readFeatures(in)),
                        trials ? ClosedCodec.readTrials(in) : List.of()),
                in.readVar(),
                in.readVar(),
                in.readEnum(Attempt.Progress.values()));
    }

    private void write(StateWriter out, Identity identity, Waiting waiting) {
        SpecificRecord record = toRecord(identity, waiting.event());
        out.writeEnum(Kind.values(), record instanceof Completion ? Kind.COMPLETION : Kind.SIGNAL);
        out.writeVar(waiting.until());
        out.writeBytes(codec.encode(record));
    }

    private Waiting readWaiting(StateReader in) {
        Kind kind = in.readEnum(Kind.values());
        long until = in.readVar();
        byte[] bytes = in.readBytes();
        Event event = kind == Kind.COMPLETION
                ? new Event.CompletionSeen(codec.decode(Completion.class, bytes))
                : toEvent(codec.decode(Signal.class, bytes));
        return new Waiting(event, until);
    }

    /** The record that an event came as; a timer did not come as one. */
    static SpecificRecord toRecord(Identity identity, Event event) {
        if (event instanceof Event.CompletionSeen seen) {
            return seen.completion();
        }
        if (event instanceof Event.DecisionSeen seen) {
            return seen.decision();
        }
        if (event instanceof Event.FeedbackSeen seen) {
            return new Signal(identity.tenant(), identity.requestId(), seen.feedback());
        }
        if (event instanceof Event.CancelSeen seen) {
            Cancel cancel = new Cancel(identity.requestId(), identity.tenant(), seen.reason(), null);
            return new Signal(identity.tenant(), identity.requestId(), cancel);
        }
        throw new IllegalArgumentException(event + " is no record");
    }

    /** @throws IllegalArgumentException if the signal has no body */
    static Event toEvent(Signal signal) {
        if (signal.getBody() instanceof Feedback feedback) {
            return new Event.FeedbackSeen(feedback);
        }
        if (signal.getBody() instanceof Cancel cancel) {
            return new Event.CancelSeen(Texts.brief(cancel.getReason()));
        }
        throw new IllegalArgumentException("the signal has neither feedback nor a cancel");
    }
}
