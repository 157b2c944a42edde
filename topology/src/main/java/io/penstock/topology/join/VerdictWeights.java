package io.penstock.topology.join;

import io.penstock.event.Feedback;
import io.penstock.learner.feedback.SourceShares;
import io.penstock.learner.feedback.VerdictMix;
import io.penstock.schema.Identity;
import io.penstock.topology.Hash64;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How much the first verdict under a feedback id weighs; the life remembers it, so a correction repeats it. Books kept in a
 * store, in the transaction of the verdict: per tenant how volunteered verdicts differ from audited ones, per scope and model
 * how much each source has said.
 *
 * <p>In this order: a verdict with a stated sampling probability p weighs 1/p, at most {@link JoinSettings#maxWeight}; where
 * answers are audited, an audit's weighs 1 and a volunteered one what {@link VerdictMix} says; what {@link SourceShares} does
 * not admit weighs nothing.
 */
final class VerdictWeights {
    /** The source of audits' verdicts. */
    static final String AUDIT = "audit";

    private final JoinSettings settings;
    private final FeedbackTrust trust;
    private final AuditDraw draw;
    private final KeyValueStore<String, byte[]> books;

    VerdictWeights(JoinSettings settings, KeyValueStore<String, byte[]> books) {
        this.settings = settings;
        this.trust = settings.trust();
        this.draw = new AuditDraw(trust);
        this.books = books;
    }

    /** The share of audited answers if this one is among them, else 0. */
    double auditProbability(Identity identity) {
        return draw.draws(identity) ? trust.auditShare() : 0;
    }

    /** Whether it claims to be an audit of an answer that was not drawn. */
    boolean forged(Feedback feedback) {
        return trust.audits() && feedback.getSource().equals(AUDIT) && !draw.draws(identity(feedback));
    }

    /** The weight, above 0; 0 if the verdict must not count. */
    double weigh(Closed.Judged judged, Feedback feedback) {
        double weight = weight(feedback);
        return admitted(judged, feedback, weight) ? weight : 0;
    }

    private double weight(Feedback feedback) {
        boolean audit = feedback.getSource().equals(AUDIT);
        boolean stated = feedback.getSamplingProbability() < 1;
        if (!trust.audits() || (stated && !audit)) {
            return Math.min(1 / feedback.getSamplingProbability(), settings.maxWeight());
        }
        String key = "mix/" + feedback.getTenant();
        byte[] book = books.get(key);
        VerdictMix mix = book == null ? new VerdictMix() : VerdictMix.fromBytes(book);
        double weight = 1;
        if (audit) {
            mix.audit(feedback.getValue());
        } else {
            weight = mix.volunteer(feedback.getValue());
        }
        books.put(key, mix.toBytes());
        return weight;
    }

    /** By all scopes that would learn from it, or none. */
    private boolean admitted(Closed.Judged judged, Feedback feedback, double weight) {
        if (!trust.caps()) {
            return true;
        }
        long source = Hash64.of(feedback.getTenant() + '/' + feedback.getSource());
        List<SourceShares> shares = new ArrayList<>();
        for (String scope : judged.scopes()) {
            byte[] book = books.get(sourceKey(scope, judged.answer()));
            SourceShares known = book == null ? new SourceShares() : SourceShares.fromBytes(book);
            if (!known.admit(source, weight, trust.sourceShare(), trust.sourceGrace())) {
                return false;
            }
            shares.add(known);
        }
        for (int i = 0; i < shares.size(); i++) {
            books.put(
                    sourceKey(judged.scopes().get(i), judged.answer()),
                    shares.get(i).toBytes());
        }
        return true;
    }

    private static String sourceKey(String scope, Closed.Answer answer) {
        return "sources/" + scope + '/' + answer.model();
    }

    private static Identity identity(Feedback feedback) {
        return new Identity(feedback.getTenant(), feedback.getRequestId());
    }
}
