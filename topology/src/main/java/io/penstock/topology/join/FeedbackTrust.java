package io.penstock.topology.join;

import org.apache.kafka.common.utils.Bytes;

/**
 * How far feedback is trusted.
 *
 * @param auditShare share of answers that are marked for an audit, 0 to 1; 0 = none, and no verdict is corrected by audits
 * @param auditKey secret behind the draw of audited answers
 * @param sourceShare largest part of the verdicts on a model, in a scope and a partition, that may come from one source of one
 *     tenant, above 0 to 1; 1 = any
 * @param sourceGrace weight of verdicts that every source may have whatever the others say
 */
public record FeedbackTrust(double auditShare, Bytes auditKey, double sourceShare, double sourceGrace) {
    public FeedbackTrust {
        if (!(auditShare >= 0 && auditShare <= 1)) {
            throw new IllegalArgumentException("auditShare " + auditShare + " must be from 0 to 1");
        }
        if (!(sourceShare > 0 && sourceShare <= 1)) {
            throw new IllegalArgumentException("sourceShare " + sourceShare + " must be above 0 and at most 1");
        }
        if (!(sourceGrace >= 0)) {
            throw new IllegalArgumentException("sourceGrace " + sourceGrace + " must not be negative");
        }
    }

    /** No audits, no cap. */
    public static FeedbackTrust defaults() {
        return new FeedbackTrust(0, Bytes.wrap(new byte[16]), 1, 50);
    }

    boolean audits() {
        return auditShare > 0;
    }

    boolean caps() {
        return sourceShare < 1;
    }
}
