package io.penstock.schema;

import io.penstock.event.BudgetUse;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Escalation;
import io.penstock.event.FeatureVector;
import io.penstock.event.Lane;
import io.penstock.event.ObjectiveWeights;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Writes decisions field by field, in the order of the schema. Avro generates no encoder for records with timestamps, and
 * its walk over the schema takes three times as long; this is the event of which there are most. A test holds it to the
 * bytes that the walk gives.
 */
final class DecisionWriter extends SpecificDatumWriter<SpecificRecord> {

    DecisionWriter(SpecificData data) {
        super(Decision.getClassSchema(), data);
    }

    @Override
    public void write(SpecificRecord event, Encoder out) throws IOException {
        Decision decision = (Decision) event;
        writeIdentity(decision, out);
        writeChoice(decision, out);
        writeGrounds(decision, out);
        writeLimits(decision, out);
    }

    private static void writeIdentity(Decision decision, Encoder out) throws IOException {
        out.writeString(decision.getDecisionId());
        out.writeEnum(
                DecisionKind.getClassSchema().getEnumOrdinal(decision.getKind().name()));
        out.writeString(decision.getTenant());
        out.writeString(decision.getRequestId());
        writeText(decision.getSessionId(), out);
        out.writeEnum(Lane.getClassSchema().getEnumOrdinal(decision.getLane().name()));
        out.writeString(decision.getRoutingKey());
        out.writeInt(decision.getRoutePartition());
        out.writeLong(decision.getRouteSequence());
        out.writeString(decision.getSourceTopic());
        out.writeInt(decision.getSourcePartition());
        out.writeLong(decision.getSourceOffset());
        out.writeInt(decision.getAttempt());
        out.writeLong(decision.getRequestTime().toEpochMilli());
        out.writeLong(decision.getDecidedAt().toEpochMilli());
        out.writeBytes(decision.getBodyHash());
    }

    private static void writeChoice(Decision decision, Encoder out) throws IOException {
        writeRecords(decision.getCandidates(), out);
        writeText(decision.getModel(), out);
        out.writeDouble(decision.getPropensity());
        out.writeString(decision.getPolicy());
        out.writeLong(decision.getSeed());
        writeText(decision.getRule(), out);
        writeText(decision.getRuleVersion(), out);
    }

    private static void writeGrounds(Decision decision, Encoder out) throws IOException {
        writeRecords(decision.getPolicies(), out);
        out.writeLong(decision.getCatalogVersion());
        ObjectiveWeights weights = decision.getWeights();
        writeBranch(weights, out);
        if (weights != null) {
            weights.customEncode(out);
        }
        FeatureVector features = decision.getFeatures();
        writeBranch(features, out);
        if (features != null) {
            features.customEncode(out);
        }
        Map<String, Double> signals = decision.getSignals();
        out.writeMapStart();
        out.setItemCount(signals.size());
        for (Map.Entry<String, Double> signal : signals.entrySet()) {
            out.startItem();
            out.writeString(signal.getKey());
            out.writeDouble(signal.getValue());
        }
        out.writeMapEnd();
        out.writeInt(decision.getInputTokens());
    }

    private static void writeLimits(Decision decision, Encoder out) throws IOException {
        out.writeLong(decision.getPredictedCostNanos());
        out.writeLong(decision.getReservedCostNanos());
        writeTime(decision.getStartBefore(), out);
        out.writeLong(decision.getCallTimeoutMs());
        writeTime(decision.getExpiresAt(), out);
        writeText(decision.getRejectReason(), out);
        writeText(decision.getRejectDetail(), out);
        writeText(decision.getReplyTo(), out);
        writeText(decision.getBatchId(), out);
        Map<String, String> attributes = decision.getAttributes();
        out.writeMapStart();
        out.setItemCount(attributes.size());
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            out.startItem();
            out.writeString(attribute.getKey());
            out.writeString(attribute.getValue());
        }
        out.writeMapEnd();
        BudgetUse budget = decision.getBudget();
        writeBranch(budget, out);
        if (budget != null) {
            budget.customEncode(out);
        }
        writeRecords(decision.getExperiments(), out);
        Escalation escalation = decision.getEscalation();
        writeBranch(escalation, out);
        if (escalation != null) {
            escalation.customEncode(out);
        }
    }

    private static void writeRecords(List<? extends SpecificRecordBase> records, Encoder out) throws IOException {
        out.writeArrayStart();
        out.setItemCount(records.size());
        for (SpecificRecordBase record : records) {
            out.startItem();
            record.customEncode(out);
        }
        out.writeArrayEnd();
    }

    private static void writeText(@Nullable String text, Encoder out) throws IOException {
        writeBranch(text, out);
        if (text != null) {
            out.writeString(text);
        }
    }

    private static void writeTime(@Nullable Instant time, Encoder out) throws IOException {
        writeBranch(time, out);
        if (time != null) {
            out.writeLong(time.toEpochMilli());
        }
    }

    /** Every union here is of null and one type. */
    private static void writeBranch(@Nullable Object value, Encoder out) throws IOException {
        out.writeIndex(value == null ? 0 : 1);
    }
}
