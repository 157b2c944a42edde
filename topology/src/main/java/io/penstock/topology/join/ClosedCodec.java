package io.penstock.topology.join;

import io.penstock.event.FeatureVector;
import io.penstock.event.Lane;
import io.penstock.event.ResponseKind;
import io.penstock.event.Trial;
import io.penstock.schema.Identity;
import io.penstock.schema.Keys;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The stored form of a closed request. It bounds the disk that a request takes for the feedback horizon: 512 bytes with a
 * vector of up to 64 numbers, 4 more for each number above, 72 for each experiment that it took part in, 256 for each answer
 * that was passed over.
 */
final class ClosedCodec {
    private static final int VERSION = 1;
    // With the trials of the answer; a request that took part in no experiment is written as before.
    private static final int WITH_TRIALS = 2;
    // The same with the answers that were passed over.
    private static final int WITH_PASSED_OVER = 3;
    private static final int LIMIT_BYTES = 512;
    private static final int USUAL_DIMENSION = 64;
    // A name of 40 characters, its length, the run, two numbers.
    private static final int TRIAL_BYTES = 72;
    // A decision id, a slug of 80 characters, a scope, four numbers.
    private static final int PASSED_OVER_BYTES = 256;
    private static final int IN_DOUBT = 1;
    private static final int SHARES_FEATURES = 2;

    private ClosedCodec() {}

    static int limit(Closed closed) {
        FeatureVector features = closed.features();
        int dimension = features == null ? 0 : features.getDimension();
        int trials = closed.answer() == null ? 0 : closed.answer().trials().size();
        for (Closed.Judged other : closed.passedOver()) {
            trials += other.answer().trials().size();
        }
        return LIMIT_BYTES
                + Float.BYTES * Math.max(0, dimension - USUAL_DIMENSION)
                + TRIAL_BYTES * trials
                + PASSED_OVER_BYTES * closed.passedOver().size();
    }

    static byte[] encode(Closed closed) {
        StateWriter out = new StateWriter();
        int version = version(closed);
        out.writeByte(version);
        out.writeEnum(ResponseKind.values(), closed.kind());
        out.writeVar(closed.closedAt());
        out.writeLong(closed.addressHash());
        out.writeOptional(closed.address(), address -> write(out, address));
        out.writeList(closed.attempts(), attempt -> write(out, attempt, closed.closedAt()));
        out.writeOptional(closed.answer(), answer -> write(out, answer, closed.closedAt(), version));
        out.writeList(closed.scopes(), out::writeText);
        out.writeOptional(closed.features(), features -> write(out, features));
        out.writeList(closed.verdicts(), verdict -> write(out, verdict));
        out.writeList(closed.voided(), voided -> write(out, voided));
        if (version == WITH_PASSED_OVER) {
            out.writeList(closed.passedOver(), other -> {
                write(out, other.answer(), closed.closedAt(), version);
                out.writeList(other.scopes(), out::writeText);
            });
        }
        return out.toBytes();
    }

    private static int version(Closed closed) {
        if (!closed.passedOver().isEmpty()) {
            return WITH_PASSED_OVER;
        }
        return closed.answer() == null || closed.answer().trials().isEmpty() ? VERSION : WITH_TRIALS;
    }

    /** @param identity of the request: it is the key, so the value does not repeat it */
    static Closed decode(Identity identity, byte[] bytes) {
        boolean later = bytes.length > 0 && (bytes[0] == WITH_TRIALS || bytes[0] == WITH_PASSED_OVER);
        int version = later ? bytes[0] : VERSION;
        return StateReader.read("A closed request", version, bytes, in -> read(in, identity, version));
    }

    private static Closed read(StateReader in, Identity identity, int version) {
        ResponseKind kind = in.readEnum(ResponseKind.values());
        long closedAt = in.readVar();
        return new Closed(
                kind,
                closedAt,
                in.readLong(),
                in.readOptional(() -> readAddress(in, identity)),
                in.readList(() -> readPast(in, closedAt)),
                in.readOptional(() -> readAnswer(in, closedAt, version)),
                in.readList(in::readText),
                in.readOptional(() -> readFeatures(in)),
                in.readList(() -> readVerdict(in)),
                in.readList(() -> readVoided(in, identity)),
                version == WITH_PASSED_OVER
                        ? in.readList(
                                () -> new Closed.Judged(readAnswer(in, closedAt, version), in.readList(in::readText)))
                        : List.of());
    }

    static void write(StateWriter out, Address address) {
        out.writeOptionalText(address.sessionId());
        boolean usual = address.routingKey().equals(Keys.routingKey(address.sessionId(), address.requestId()));
        out.writeBoolean(usual);
        if (!usual) {
            out.writeText(address.routingKey());
        }
        out.writeEnum(Lane.values(), address.lane());
        out.writeVar(address.requestTime());
    }

    static Address readAddress(StateReader in, Identity identity) {
        String session = in.readOptionalText();
        boolean usual = in.readBoolean();
        String routingKey = usual ? Keys.routingKey(session, identity.requestId()) : in.readText();
        Lane lane = in.readEnum(Lane.values());
        return new Address(identity.tenant(), identity.requestId(), session, routingKey, lane, in.readVar());
    }

    static void write(StateWriter out, FeatureVector features) {
        out.writeText(features.getExtractor());
        out.writeVar(features.getDimension());
        out.writeBytes(features.getValues());
        out.writeBoolean(features.getDegraded());
    }

    static FeatureVector readFeatures(StateReader in) {
        String extractor = in.readText();
        return new FeatureVector(extractor, in.readInt(), ByteBuffer.wrap(in.readBytes()), in.readBoolean());
    }

    static void write(StateWriter out, Voided voided) {
        out.writeLong(voided.decisionHash());
        write(out, voided.address());
    }

    static Voided readVoided(StateReader in, Identity identity) {
        return new Voided(in.readLong(), readAddress(in, identity));
    }

    // Times are written as distances to the close: two bytes instead of six.
    private static void write(StateWriter out, Closed.Past attempt, long closedAt) {
        out.writeLong(attempt.decisionHash());
        out.writeVar(attempt.number());
        out.writeByte((attempt.inDoubt() ? IN_DOUBT : 0) | (attempt.sharesFeatures() ? SHARES_FEATURES : 0));
        if (attempt.inDoubt()) {
            out.writeDouble(attempt.propensity());
            out.writeVar(closedAt - attempt.decidedAt());
        }
    }

    private static Closed.Past readPast(StateReader in, long closedAt) {
        long hash = in.readLong();
        int number = in.readInt();
        int flags = in.readByte();
        boolean inDoubt = (flags & IN_DOUBT) != 0;
        boolean shares = (flags & SHARES_FEATURES) != 0;
        double propensity = inDoubt ? in.readDouble() : 0;
        long decidedAt = inDoubt ? closedAt - in.readVar() : 0;
        return new Closed.Past(hash, number, inDoubt, shares, propensity, decidedAt);
    }

    private static void write(StateWriter out, Closed.Answer answer, long closedAt, int version) {
        out.writeText(answer.decisionId());
        out.writeVar(answer.number());
        out.writeText(answer.model());
        out.writeDouble(answer.propensity());
        out.writeVar(closedAt - answer.decidedAt());
        if (version != VERSION) {
            writeTrials(out, answer.trials());
        }
    }

    private static Closed.Answer readAnswer(StateReader in, long closedAt, int version) {
        return new Closed.Answer(
                in.readText(),
                in.readInt(),
                in.readText(),
                in.readDouble(),
                closedAt - in.readVar(),
                version == VERSION ? List.of() : readTrials(in));
    }

    static void writeTrials(StateWriter out, List<Trial> trials) {
        out.writeList(trials, trial -> {
            out.writeText(trial.getExperiment());
            out.writeVar(trial.getRun());
            out.writeDouble(trial.getIntercept());
            out.writeDouble(trial.getSlope());
        });
    }

    static List<Trial> readTrials(StateReader in) {
        return in.readList(() -> new Trial(in.readText(), in.readVar(), in.readDouble(), in.readDouble()));
    }

    private static void write(StateWriter out, Verdict verdict) {
        out.writeLong(verdict.idHash());
        out.writeFloat(verdict.quality());
        boolean plain = verdict.weight() == 1;
        out.writeBoolean(plain);
        if (!plain) {
            out.writeFloat(verdict.weight());
        }
    }

    private static Verdict readVerdict(StateReader in) {
        long hash = in.readLong();
        float quality = in.readFloat();
        return new Verdict(hash, quality, in.readBoolean() ? 1 : in.readFloat());
    }
}
