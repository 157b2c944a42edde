package io.penstock.schema;

import io.penstock.event.BudgetUse;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Escalation;
import io.penstock.event.ExperimentMode;
import io.penstock.event.ExperimentUse;
import io.penstock.event.FeatureVector;
import io.penstock.event.Lane;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.Trial;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads decisions field by field, in the order of the schema, and skips what only an explanation needs. The counterpart of
 * {@link DecisionWriter}; a test holds it to what Avro reads.
 */
final class DecisionReader {
    private static final Schema CANDIDATES = schemaOf("candidates");
    private static final Schema WEIGHTS = schemaOf("weights");
    private static final Schema SIGNALS = schemaOf("signals");
    private static final Schema PROBABILITIES =
            ExperimentUse.getClassSchema().getField("current").schema();

    private DecisionReader() {}

    private static Schema schemaOf(String field) {
        return Decision.getClassSchema().getField(field).schema();
    }

    static Decision readWithoutGrounds(BoundedDecoder in) throws IOException {
        Decision decision = new Decision();
        readIdentity(decision, in);
        readChoice(decision, in);
        readPolicies(decision, in);
        readLimits(decision, in);
        return decision;
    }

    private static void readIdentity(Decision decision, BoundedDecoder in) throws IOException {
        decision.setDecisionId(in.readString());
        decision.setKind(constant(DecisionKind.values(), in));
        decision.setTenant(in.readString());
        decision.setRequestId(in.readString());
        decision.setSessionId(readText(in));
        decision.setLane(constant(Lane.values(), in));
        decision.setRoutingKey(in.readString());
        decision.setRoutePartition(in.readInt());
        decision.setRouteSequence(in.readLong());
        decision.setSourceTopic(in.readString());
        decision.setSourcePartition(in.readInt());
        decision.setSourceOffset(in.readLong());
        decision.setAttempt(in.readInt());
        decision.setRequestTime(Instant.ofEpochMilli(in.readLong()));
        decision.setDecidedAt(Instant.ofEpochMilli(in.readLong()));
        decision.setBodyHash(in.readBytes(null));
    }

    private static void readChoice(Decision decision, BoundedDecoder in) throws IOException {
        GenericDatumReader.skip(CANDIDATES, in);
        decision.setCandidates(new ArrayList<>());
        decision.setModel(readText(in));
        decision.setPropensity(in.readDouble());
        decision.setPolicy(in.readString());
        decision.setSeed(in.readLong());
        decision.setRule(readText(in));
        decision.setRuleVersion(readText(in));
    }

    private static void readPolicies(Decision decision, BoundedDecoder in) throws IOException {
        List<PolicyUse> policies = new ArrayList<>();
        for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
            for (; left > 0; left--) {
                policies.add(new PolicyUse(
                        in.readString(),
                        in.readInt(),
                        in.readLong(),
                        in.readLong(),
                        constant(PolicyRole.values(), in)));
            }
        }
        decision.setPolicies(policies);
        decision.setCatalogVersion(in.readLong());
        GenericDatumReader.skip(WEIGHTS, in);
        if (branch(in)) {
            decision.setFeatures(
                    new FeatureVector(in.readString(), in.readInt(), in.readBytes(null), in.readBoolean()));
        }
        GenericDatumReader.skip(SIGNALS, in);
        decision.setSignals(new HashMap<>());
    }

    private static void readLimits(Decision decision, BoundedDecoder in) throws IOException {
        decision.setInputTokens(in.readInt());
        decision.setPredictedCostNanos(in.readLong());
        decision.setReservedCostNanos(in.readLong());
        decision.setStartBefore(readTime(in));
        decision.setCallTimeoutMs(in.readLong());
        decision.setExpiresAt(readTime(in));
        decision.setRejectReason(readText(in));
        decision.setRejectDetail(readText(in));
        decision.setReplyTo(readText(in));
        decision.setBatchId(readText(in));
        Map<String, String> attributes = new HashMap<>();
        for (long left = in.readMapStart(); left > 0; left = in.mapNext()) {
            for (; left > 0; left--) {
                attributes.put(in.readString(), in.readString());
            }
        }
        decision.setAttributes(attributes);
        if (branch(in)) {
            decision.setBudget(new BudgetUse(
                    in.readString(),
                    in.readString(),
                    in.readLong(),
                    in.readDouble(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readString()));
        }
        List<ExperimentUse> experiments = new ArrayList<>();
        for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
            for (; left > 0; left--) {
                experiments.add(readExperiment(in));
            }
        }
        decision.setExperiments(experiments);
        if (branch(in)) {
            decision.setEscalation(new Escalation(in.readString(), in.readDouble(), in.readInt(), readWeights(in)));
        }
    }

    private static @Nullable ObjectiveWeights readWeights(BoundedDecoder in) throws IOException {
        return branch(in)
                ? new ObjectiveWeights(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble())
                : null;
    }

    /** Its probabilities are grounds as well. */
    private static ExperimentUse readExperiment(BoundedDecoder in) throws IOException {
        ExperimentMode mode = constant(ExperimentMode.values(), in);
        double share = in.readDouble();
        GenericDatumReader.skip(PROBABILITIES, in);
        GenericDatumReader.skip(PROBABILITIES, in);
        String pick = in.readString();
        Trial trial = new Trial(in.readString(), in.readLong(), in.readDouble(), in.readDouble());
        return new ExperimentUse(mode, share, new ArrayList<>(), new ArrayList<>(), pick, trial);
    }

    private static @Nullable String readText(BoundedDecoder in) throws IOException {
        return branch(in) ? in.readString() : null;
    }

    private static @Nullable Instant readTime(BoundedDecoder in) throws IOException {
        return branch(in) ? Instant.ofEpochMilli(in.readLong()) : null;
    }

    /** Every union here is of null and one type. */
    private static boolean branch(BoundedDecoder in) throws IOException {
        int index = in.readIndex();
        if (index > 1) {
            throw new BoundedDecoder.CorruptValueException("a union of two has no branch " + index);
        }
        return index == 1;
    }

    private static <E> E constant(E[] constants, BoundedDecoder in) throws IOException {
        int index = in.readEnum();
        if (index >= constants.length) {
            throw new BoundedDecoder.CorruptValueException("an enum has no symbol " + index);
        }
        return constants[index];
    }
}
